"""How notices about promises are worded, and what they carry."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from ruoshui.cases.models import Case
from ruoshui.notices.sentences import Sentence, say_of
from ruoshui.sla.models import Clock, InternalRequest, Target

# icons: bell, hourglass, shield-x, bell-ringing, message-check, clock-plus, clock-check, flag, git-pull-request
# icons: arrow-back-up, check, x
LABELS = {"target": Target}


def both(thing: Any) -> list[str]:
    """A name in both languages, for a notice to choose from when it is read."""
    return [thing.name_zh, thing.name_en] if thing is not None else ["", ""]


def about_data(about: Case | InternalRequest) -> dict[str, Any]:
    return {"number": about.number, "subject": about.subject, "unit": both(about.unit)}


def clock_data(clock: Clock) -> dict[str, Any]:
    target = clock.target
    due = clock.due_at.isoformat() if clock.due_at else None
    data = {**about_data(clock.about), "target": target, "due_at": due}
    if target == Target.MILESTONE:
        data["target"] = [clock.term.name_zh or clock.milestone, clock.term.name_en or clock.milestone]
    return data


def request_data(request: InternalRequest, **more: Any) -> dict[str, Any]:
    return {**about_data(request), "from_unit": both(request.from_unit), **more}


for kind, sentence in {
    "sla.clock_warned": Sentence(
        _("{number} {subject}: {target} is due {due_at}"),
        _("{count} promises come due, the first is {number} {subject} at {due_at}"),
        "hourglass",
        "soon",
        LABELS,
    ),
    "sla.promise_broken": Sentence(
        _("{number} {subject}: {target} was promised by {due_at} and is late"),
        _("{count} promises were broken, the first is {number} {subject}, due {due_at}"),
        "shield-x",
        "late",
        LABELS,
    ),
    "sla.urged": Sentence(
        _("{name} urges you: {number} {subject}. {text}"), icon="bell-ringing", look="late", labels=LABELS
    ),
    "sla.urge_answered": Sentence(_("{name} answered your urging of {number}: {text}"), icon="message-check"),
    "sla.extension_asked": Sentence(
        _("{name} asks for {minutes} more working minutes for {number} {subject}: {reason}"),
        icon="clock-plus",
        look="soon",
    ),
    "sla.extension_approved": Sentence(
        _("{name} approved more time for {number} {subject}. {reason}"), icon="clock-check", look="good"
    ),
    "sla.extension_refused": Sentence(
        _("{name} refused more time for {number} {subject}. {reason}"), icon="clock-check", look="late"
    ),
    "sla.violation_recorded": Sentence(
        _("A violation was recorded about {number} {subject}: {note}"), icon="flag", look="late"
    ),
    "sla.request_asked": Sentence(
        _("{from_unit} asks {unit}: {number} {subject}, due {due_at}"), icon="git-pull-request"
    ),
    "sla.request_returned": Sentence(
        _("{unit} sent {number} {subject} back: {reason}"), icon="arrow-back-up", look="soon"
    ),
    "sla.request_done": Sentence(_("{unit} finished {number} {subject}"), icon="check", look="good"),
    "sla.request_withdrawn": Sentence(_("{from_unit} withdrew {number} {subject}: {reason}"), icon="x"),
}.items():
    say_of(kind, sentence)
