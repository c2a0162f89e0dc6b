"""The two calls that come by the hundred a second, answered many at once: take a number, call who is next.

Only what goes well is answered here, by the same rules and verbs as in `queues`. Who would be refused, would have to
wait for a branch, or says more than what they want (a customer, a form) gets None: they go the way of all other
requests, and hears there why.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ninja.responses import NinjaJSONEncoder
from pydantic import BaseModel, ValidationError

from ruoshui.core.gathering import Alone
from ruoshui.core.plain_json import NotPlain, read_json
from ruoshui.core.refusals import NotAllowed, Refusal
from ruoshui.organization.models import ApiToken, Scope
from ruoshui.organization.rights import rights_revision
from ruoshui.queues import actions
from ruoshui.queues.models import Branch
from ruoshui.web.api.auth import known_token
from ruoshui.web.api.queue_types import CallIn, TicketIn
from ruoshui.web.api.queues import call_out, ticket_out, wish_of
from ruoshui.web.branch_access import counter_of, hall_of, must_look_after


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: `token` and `body` as they came, `code` and `counter` from its path, `key` its Idempotency-Key."""

    token: str
    code: str
    counter: int
    key: str | None
    body: bytes
    at: datetime


def serve_crowd(asked: Sequence[Asked]) -> list[bytes | None]:
    """Of different branches; None for whom the common way is to answer."""
    rights = rights_revision()
    wanted = [_if_granted(one, rights) for one in asked]
    wishes = [one for one in wanted if isinstance(one, actions.NumberWish)]
    asking = [one for one in wanted if isinstance(one, actions.Asking)]
    tickets, next_ones = actions.serve_together(wishes, asking)
    issued, called = iter(tickets), iter(next_ones)

    def answer(one: actions.NumberWish | actions.Asking | None) -> bytes | None:
        if one is None:
            return None
        if isinstance(one, actions.NumberWish):
            ticket = next(issued)
            return None if isinstance(ticket, Alone) else _rendered(ticket_out(one.branch, ticket))
        next_one = next(called)
        return None if isinstance(next_one, Alone) else _rendered(call_out(one.counter, next_one))

    return [answer(one) for one in wanted]


def _if_granted(one: Asked, rights: int) -> actions.NumberWish | actions.Asking | None:
    try:
        return _asking(one, rights) if one.counter else _wish(one, rights)
    except (Refusal, ValidationError, NotPlain):
        return None


def _wish(one: Asked, rights: int) -> actions.NumberWish | None:
    token, branch = _door(one, rights)
    body = TicketIn.model_validate(read_json(one.body))
    if body.customer is not None or body.contact.strip() or body.form:
        return None
    return wish_of(token, branch, body, key=one.key, customer=None, at=one.at)


def _asking(one: Asked, rights: int) -> actions.Asking:
    token, branch = _door(one, rights)
    must_look_after(token.staff, branch)  # who sits at a counter is asked by the common way, with a look of its own
    body = CallIn.model_validate(read_json(one.body))
    return actions.Asking(counter_of(branch, one.counter), body.after, body.gives_up, token.actor, one.at)


def _door(one: Asked, rights: int) -> tuple[ApiToken, Branch]:
    token = known_token(one.token, rights)
    if token is None or not token.is_valid(one.at) or Scope.QUEUES_WRITE not in token.scopes:
        raise NotAllowed
    return token, hall_of(token.staff, one.code)


def _rendered(answer: BaseModel) -> bytes:
    return json.dumps(answer.model_dump(), cls=NinjaJSONEncoder).encode()
