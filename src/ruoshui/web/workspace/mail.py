"""The post room: what waits in quarantine, what could not be read, what did not go out, who was not believed."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ruoshui.cases.actions import reject_letter, release_letter
from ruoshui.cases.actions.mail_held import KEPT_BACK
from ruoshui.cases.models import Case
from ruoshui.cases.models.conversation import pieces_of
from ruoshui.channels.actions import send_again, send_text_again, take_up_again
from ruoshui.channels.mail.letters import Letter
from ruoshui.channels.mail.reading import CannotRead, read_apart
from ruoshui.channels.models import (
    LetterIn,
    LetterOut,
    LetterState,
    OutState,
    PaperLetter,
    PaperState,
    RefusedCall,
    TextIn,
    TextOut,
)
from ruoshui.core.refusals import NotAllowed, NotFound, Refusal
from ruoshui.core.typed import is_whole
from ruoshui.organization.models import Permission, Staff, Unit
from ruoshui.web.access import staff_of, staff_only
from ruoshui.web.showing_mail import reason_words, unsent_words
from ruoshui.web.timeline import letter_timeline

PAGE = 50
TABS = {
    "held": (LetterState.HELD,),
    "quarantine": (LetterState.QUARANTINED,),
    "machines": (LetterState.IGNORED, LetterState.REJECTED),
    "taken": (LetterState.DONE, LetterState.NEW),
}
Act = Callable[[Staff, LetterIn, datetime], str]


@staff_only
def index(request: HttpRequest) -> HttpResponse:
    staff = staff_of(request)
    if not staff.may(Permission.WORK):
        raise NotAllowed
    counts = counts_of(staff)
    tab = request.GET.get("tab", "")
    tab = tab if tab in (*TABS, "failed", "out", "messages", "refused") else _where_something_waits(counts)
    found = _rows_of(staff, tab)
    if is_whole(after := request.GET.get("after", "")):
        found = found.filter(pk__lt=int(after))
    rows = list(found.order_by("-pk")[: PAGE + 1])
    context = {
        "rows": [(one, _why(one)) for one in rows[:PAGE]],
        "after": rows[PAGE - 1].pk if len(rows) > PAGE else None,
        "texts": _texts_not_taken(staff) if tab == "failed" else [],
        "tab": tab,
        "nothing": _nothing(tab),
        "place": "mail",
        **counts,
    }
    return render(request, "workspace/mail.html", context)


def _where_something_waits(counts: dict[str, int]) -> str:
    tabs = (
        ("held", "held"),
        ("waiting", "quarantine"),
        ("failed", "failed"),
        ("stuck", "out"),
        ("stuck_texts", "messages"),
    )
    return next((tab for count, tab in tabs if counts[count]), "quarantine")


def _why(row: Any) -> list[str]:
    """Why it stands here: what was found wrong with what came, or why what we sent has not gone."""
    if isinstance(row, LetterOut | TextOut):
        return unsent_words(row.error)
    return reason_words(getattr(row, "reasons", ()), is_held=getattr(row, "state", "") == LetterState.HELD)


def _nothing(tab: str) -> str:
    words = {
        "held": _("Mail that a machine may have sent waits here until somebody has looked at it."),
        "quarantine": _("Mail that may do harm is kept here until somebody has looked at it."),
        "failed": _("Everything that came in could be taken in."),
        "out": _("All mail of ours has been sent."),
        "messages": _("All our messages have been sent."),
        "machines": _("No mail from a machine has come in."),
        "taken": _("Mail that customers write goes to its case by itself and is listed here."),
        "refused": _("No call from another system has been refused."),
    }
    return words[tab]


def _texts_not_taken(staff: Staff) -> list[tuple[TextIn, list[str]]]:
    """Who wrote, when, and why it waits; not what: it may belong to a talk that not everybody may see."""
    texts = TextIn.objects.visible_to(staff).not_taken().select_related("line__unit").order_by("-pk")[:PAGE]
    return [(text, reason_words([text.error]) if text.error else []) for text in texts]


def _rows_of(staff: Staff, tab: str) -> QuerySet[Any]:
    if tab == "out":
        return LetterOut.objects.visible_to(staff).unsent().select_related("mailbox__unit")
    if tab == "messages":
        return TextOut.objects.visible_to(staff).exclude(state=OutState.SENT).select_related("line__unit")
    if tab == "refused":
        # Whoever knocks in vain belongs to no unit: those see it who supervise.
        return RefusedCall.objects.all() if staff.may(Permission.SUPERVISE) else RefusedCall.objects.none()
    letters = LetterIn.objects.visible_to(staff).select_related("mailbox__unit")
    return letters.not_taken() if tab == "failed" else letters.filter(state__in=TABS[tab])


def counts_of(staff: Staff) -> dict[str, int]:
    """What waits behind each tab of the post room."""
    seen = LetterIn.objects.visible_to(staff)
    counts = seen.filter(state__in=(LetterState.HELD, LetterState.QUARANTINED)).aggregate(
        held=Count("pk", filter=Q(state=LetterState.HELD)),
        waiting=Count("pk", filter=Q(state=LetterState.QUARANTINED)),
    )
    return counts | {
        "failed": seen.not_taken().count() + TextIn.objects.visible_to(staff).not_taken().count(),
        "stuck": LetterOut.objects.visible_to(staff).unsent().count(),
        "stuck_texts": TextOut.objects.visible_to(staff).exclude(state=OutState.SENT).count(),
        "paper": PaperLetter.objects.visible_to(staff).filter(state=PaperState.WAITING).count(),
    }


def _visible(staff: Staff, pk: int) -> LetterIn:
    letter = LetterIn.objects.visible_to(staff).select_related("mailbox__unit").filter(pk=pk).first()
    if letter is None:
        raise NotFound
    return letter


def _words_of(letter: LetterIn) -> Letter | None:
    """None: it cannot be read, or not now. What took too long once is not read again."""
    if "costly" in letter.reasons:
        return None
    try:
        with letter.file.open("rb") as file:
            return read_apart(file.read())
    except (CannotRead, OSError):
        return None


@staff_only
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """What is in it, as words only: nothing of it runs, no picture of it is fetched."""
    staff = staff_of(request)
    letter = _visible(staff, pk)
    read = _words_of(letter)
    context = {
        "letter": letter,
        "read": read,
        "pieces": pieces_of(read.words, read.folds) if read else [],
        "history": letter_timeline(letter),
        "reasons": reason_words(letter.reasons, is_held=letter.state == LetterState.HELD),
        "results": read.header("Authentication-Results") if read else "",
        "case": Case.objects.visible_to(staff).filter(pk=letter.case_id or 0).first(),
        "may_decide": staff.may(Permission.SUPERVISE, letter.mailbox.unit) and letter.state in KEPT_BACK,
        "place": "mail",
    }
    return render(request, "workspace/mail_one.html", context)


@staff_only
def raw(request: HttpRequest, pk: int) -> FileResponse:
    """Byte for byte, as a download."""
    letter = _visible(staff_of(request), pk)
    response = FileResponse(
        letter.file.open("rb"), as_attachment=True, filename=f"mail-{letter.pk}.eml", content_type="message/rfc822"
    )
    response.headers["Content-Security-Policy"] = "sandbox"
    return response


def on_letter(act: Act) -> Callable[[HttpRequest, int], HttpResponseBase]:
    @staff_only
    @require_POST
    def view(request: HttpRequest, pk: int) -> HttpResponseBase:
        staff = staff_of(request)
        letter = _visible(staff, pk)
        if not staff.may(Permission.SUPERVISE, letter.mailbox.unit):
            raise NotAllowed
        try:
            messages.success(request, act(staff, letter, timezone.now()))
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return redirect("workspace:mail-one", pk)

    return view


def _release(staff: Staff, letter: LetterIn, now: datetime) -> str:
    release_letter(letter, by=staff, at=now)
    return _("It is taken in as from a person.")


def _reject(staff: Staff, letter: LetterIn, now: datetime) -> str:
    reject_letter(letter, by=staff, at=now)
    return _("It stays out. The mail itself is kept.")


release = on_letter(_release)
reject = on_letter(_reject)


def _once_more(
    request: HttpRequest,
    found: LetterOut | TextOut | TextIn | None,
    unit: Unit | None,
    send: Callable[[], object],
    tab: str,
) -> HttpResponse:
    """Try once more to send, or to take in, what could not be."""
    if found is None or unit is None:
        raise NotFound
    if not staff_of(request).may(Permission.WORK, unit):
        raise NotAllowed
    send()
    messages.success(request, _("It will be tried again at once."))
    return redirect(f"{reverse('workspace:mail')}?tab={tab}")


@staff_only
@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    seen = LetterOut.objects.visible_to(staff_of(request)).select_related("mailbox__unit")
    letter = seen.filter(pk=pk).first()
    unit = letter.mailbox.unit if letter else None
    return _once_more(request, letter, unit, lambda: letter and send_again(letter, at=timezone.now()), "out")


@staff_only
@require_POST
def text_in_again(request: HttpRequest, pk: int) -> HttpResponse:
    text = TextIn.objects.visible_to(staff_of(request)).not_taken().select_related("line__unit").filter(pk=pk).first()
    unit = text.line.unit if text else None
    return _once_more(request, text, unit, lambda: text and take_up_again(text, at=timezone.now()), "failed")


@staff_only
@require_POST
def text_again(request: HttpRequest, pk: int) -> HttpResponse:
    text = TextOut.objects.visible_to(staff_of(request)).select_related("line__unit").filter(pk=pk).first()
    unit = text.line.unit if text else None
    return _once_more(request, text, unit, lambda: text and send_text_again(text, at=timezone.now()), "messages")
