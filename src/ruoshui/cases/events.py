from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from ruoshui.core.events import Event, register


@register("cases.opened")
@dataclass(frozen=True, kw_only=True)
class CaseOpened(Event):
    type: int
    priority: str
    channel: str
    unit: int
    sentence = _("opened the case ({channel})")
    icon = "circle-plus"


@register("cases.replied")
@dataclass(frozen=True, kw_only=True)
class CaseReplied(Event):
    message: int
    is_first: bool
    sentence = _("replied to the customer")
    icon = "message"


@register("cases.customer_replied")
@dataclass(frozen=True, kw_only=True)
class CustomerReplied(Event):
    message: int
    sentence = _("wrote to us")
    icon = "message-2"


@register("cases.called")
@dataclass(frozen=True, kw_only=True)
class CaseCalled(Event):
    """A telephone call was about the case."""

    call: int
    sentence = _("spoke with the customer on the telephone")
    icon = "phone"


@register("cases.noted")
@dataclass(frozen=True, kw_only=True)
class CaseNoted(Event):
    message: int
    sentence = _("wrote an internal note")
    icon = "note"


@register("cases.assigned")
@dataclass(frozen=True, kw_only=True)
class CaseAssigned(Event):
    """`stands_in_for` is the absent person whose deputy got the case."""

    assignee: int
    before: int | None
    stands_in_for: int | None = None
    sentence = _("assigned the case to {assignee}")
    icon = "user-check"


@register("cases.released")
@dataclass(frozen=True, kw_only=True)
class CaseReleased(Event):
    before: int
    sentence = _("put the case back into the backlog")
    icon = "user-x"


@register("cases.queued")
@dataclass(frozen=True, kw_only=True)
class CaseQueued(Event):
    team: int
    before: int | None
    sentence = _("gave the case to the team {team}")
    icon = "users"


@register("cases.waiting")
@dataclass(frozen=True, kw_only=True)
class CaseWaiting(Event):
    reason: str
    until: str | None
    sentence = _("paused the case: {reason}")
    icon = "player-pause"


@register("cases.resumed")
@dataclass(frozen=True, kw_only=True)
class CaseResumed(Event):
    reason: str
    sentence = _("resumed the case")
    icon = "player-play"


@register("cases.resolved")
@dataclass(frozen=True, kw_only=True)
class CaseResolved(Event):
    sentence = _("resolved the case")
    icon = "check"


@register("cases.closed")
@dataclass(frozen=True, kw_only=True)
class CaseClosed(Event):
    """`in_words`: the customer was told in words how it ended, which answers them."""

    outcome: str
    in_words: bool = False
    sentence = _("closed the case: {outcome}")
    icon = "circle-check"


@register("cases.reopened")
@dataclass(frozen=True, kw_only=True)
class CaseReopened(Event):
    before: str
    reason: str
    sentence = _("reopened the case: {reason}")
    icon = "rotate"
    personal = ("reason",)


@register("cases.merged")
@dataclass(frozen=True, kw_only=True)
class CaseMerged(Event):
    """About the case that ended; the survivor gets `CaseAbsorbed`."""

    into: int
    other_cases = ("into",)
    sentence = _("merged the case into {into}")
    icon = "arrow-merge"


@register("cases.absorbed")
@dataclass(frozen=True, kw_only=True)
class CaseAbsorbed(Event):
    other: int
    other_cases = ("other",)
    sentence = _("merged {other} into this case")
    icon = "arrow-merge"


@register("cases.split_back")
@dataclass(frozen=True, kw_only=True)
class CaseSplitBack(Event):
    """About the case that was merged `at` and goes on by itself; the one that had taken it in gets `CaseGivenBack`.

    `state` is how it goes on: as it was before, or open if it was waiting.
    """

    out_of: int
    merged_at: str
    state: str
    other_cases = ("out_of",)
    sentence = _("split the case back out of {out_of}")
    icon = "arrows-split"


@register("cases.given_back")
@dataclass(frozen=True, kw_only=True)
class CaseGivenBack(Event):
    other: int
    other_cases = ("other",)
    sentence = _("split {other} back out of this case")
    icon = "arrows-split"


@register("cases.told")
@dataclass(frozen=True, kw_only=True)
class CaseTold(Event):
    """The customer was told something that is no answer: of a new promise, of a delay."""

    message: int
    sentence = _("told the customer")
    icon = "speakerphone"


@register("cases.split")
@dataclass(frozen=True, kw_only=True)
class CaseSplit(Event):
    """`since` is when the customer first wrote of what was split off; empty if they never did."""

    into: int
    messages: list[int] = field(default_factory=list)
    since: str | None = None
    other_cases = ("into",)
    sentence = _("split off the case {into}")
    icon = "arrows-split"


@register("cases.passed")
@dataclass(frozen=True, kw_only=True)
class CasePassed(Event):
    """`direction` is down, up or across the organisation; `assignee` held it until now."""

    from_unit: int
    to_unit: int
    direction: str
    assignee: int | None
    reason: str
    sentence = _("passed the case {direction} to {to_unit}: {reason}")
    icon = "arrow-right"
    personal = ("reason",)


@register("cases.linked")
@dataclass(frozen=True, kw_only=True)
class CaseLinked(Event):
    to: int
    link: str
    other_cases = ("to",)
    sentence = _("linked the case: {link} {to}")
    icon = "link"


@register("cases.customer_named")
@dataclass(frozen=True, kw_only=True)
class CustomerNamed(Event):
    """Nobody was known as the customer until now."""

    customer: int
    sentence = _("said whose request it is")
    icon = "user-check"


@register("cases.participant_added")
@dataclass(frozen=True, kw_only=True)
class ParticipantAdded(Event):
    staff: int | None
    customer: int | None
    sentence = _("added a participant")
    icon = "user-plus"


@register("cases.categorized")
@dataclass(frozen=True, kw_only=True)
class CaseCategorized(Event):
    """`changes` maps priority, category, type, subject, confidential to old and new value."""

    changes: Mapping[str, Any]
    sentence = _("changed the particulars")
    icon = "tag"


@register("cases.read_back")
@dataclass(frozen=True, kw_only=True)
class NeedReadBack(Event):
    """Before it was saved, the need was read to the customer, who confirmed it."""

    sentence = _("read the need back; the customer confirmed it")
    icon = "checkbox"
