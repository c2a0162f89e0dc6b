"""Letters on paper: written with what they tell, printed together, posted, sometimes come back."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from ruoshui.channels.events import PaperMarked
from ruoshui.channels.models import PaperLetter, PaperState
from ruoshui.core.events import record
from ruoshui.core.refusals import Invalid
from ruoshui.core.verbs import verb
from ruoshui.organization.models import Permission, Staff, Unit

MOST_LINES, LINE = 6, 44
NEXT = {
    PaperState.PRINTED: (PaperState.WAITING, PaperState.PRINTED),
    PaperState.POSTED: (PaperState.PRINTED,),
    PaperState.RETURNED: (PaperState.POSTED, PaperState.PRINTED),
}


def window_lines(address: str) -> list[str]:
    """As it fits the window of an envelope: six lines, broken at commas where one is too long."""
    lines = []
    for line in (part.strip() for part in address.replace("\r", "").split("\n")):
        while len(line) > LINE:
            at = max(line.rfind(mark, 0, LINE) for mark in (",", "，", " ")) + 1 or LINE
            lines.append(line[:at].strip())
            line = line[at:].strip()
        if line:
            lines.append(line)
    return lines[:MOST_LINES]


@verb
def write_letter(
    *,
    unit: Unit,
    name: str,
    address: str,
    subject: str,
    body: str,
    language: str = "zh-hans",
    reference: str = "",
    case: int | None = None,
    at: datetime,
) -> PaperLetter:
    errors = {}
    if not name.strip():
        errors["name"] = [_("Who is it for?")]
    if len(address.strip()) < 5:
        errors["address"] = [_("Enter the postal address.")]
    if not body.strip():
        errors["body"] = [_("Write something first.")]
    if errors:
        raise Invalid(errors)
    return PaperLetter.objects.create(
        unit=unit,
        name=name.strip()[:160],
        address="\n".join(window_lines(address))[:300],
        subject=" ".join(subject.split())[:200],
        body=body.replace("\x00", "").strip()[:20_000],
        language=language,
        reference=reference,
        case_id=case,
        made_at=at,
    )


@verb
def mark_letters(ids: Iterable[int], state: PaperState, *, by: Staff, at: datetime) -> int:
    """Printed, posted or come back; those that are not there yet, or are past it, stay. Returns how many changed."""
    letters = PaperLetter.objects.visible_to(by).filter(pk__in=list(ids), state__in=NEXT[state])
    if not by.sees_everything(Permission.WORK):
        letters = letters.filter(unit__in=by.units_with(Permission.WORK))
    changed = 0
    for letter in letters.select_for_update(of=("self",)).order_by("pk"):
        record(PaperMarked(before=letter.state, state=state), about=letter, by=by.actor, at=at)
        letter.state = state
        if state == PaperState.PRINTED:
            letter.printed_at, letter.printed_by = at, by
        elif state == PaperState.POSTED:
            letter.posted_at = at
        letter.save(update_fields=["state", "printed_at", "printed_by", "posted_at"])
        changed += 1
    return changed
