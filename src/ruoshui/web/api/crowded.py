"""The two calls that come by the hundred a second, answered many at once: take a number, call who is next.

Only what goes well is answered here, by the same rules and verbs as in `queues`. Who would be refused, would have to
wait for a branch, or says more than what he wants (a customer, a form) gets None: he goes the way of all other
requests, and hears there why.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from ninja.responses import NinjaJSONEncoder
from pydantic import BaseModel, ValidationError

from ruoshui.core.gathering import ALONE, Alone
from ruoshui.core.refusals import NotAllowed, Refusal
from ruoshui.organization.models import ApiToken, Scope
from ruoshui.organization.rights import rights_revision
from ruoshui.queues import actions
from ruoshui.queues.models import Branch
from ruoshui.web.api.auth import known_token
from ruoshui.web.api.queue_types import CallIn, TicketIn
from ruoshui.web.api.queues import call_out, ticket_out, wish_of
from ruoshui.web.branch_access import counter_of, hall_of

W = TypeVar("W")
G = TypeVar("G")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: `token` and `body` as they came, `code` and `counter` from its path, `key` its Idempotency-Key."""

    token: str
    code: str
    counter: int
    key: str | None
    body: bytes
    at: datetime


def take_numbers(asked: Sequence[Asked]) -> list[bytes | None]:
    return _together(asked, _wish, actions.issue_together, lambda wish, ticket: ticket_out(wish.branch, ticket))


def call_counters(asked: Sequence[Asked]) -> list[bytes | None]:
    return _together(asked, _asking, actions.call_together, lambda one, ticket: call_out(one.counter, ticket))


def _together(
    asked: Sequence[Asked],
    read: Callable[[Asked, int], W | None],
    serve: Callable[[list[W]], Sequence[G | Alone]],
    show: Callable[[W, G], BaseModel],
) -> list[bytes | None]:
    rights = rights_revision()
    wishes = [_if_granted(read, one, rights) for one in asked]
    served = iter(serve([wish for wish in wishes if wish is not None]))
    answers: list[bytes | None] = []
    for wish in wishes:
        given = ALONE if wish is None else next(served)
        answers.append(None if wish is None or isinstance(given, Alone) else _rendered(show(wish, given)))
    return answers


def _if_granted(read: Callable[[Asked, int], W | None], one: Asked, rights: int) -> W | None:
    try:
        return read(one, rights)
    except (Refusal, ValidationError):
        return None


def _wish(one: Asked, rights: int) -> actions.Wish | None:
    token, branch = _door(one, rights)
    body = TicketIn.model_validate_json(one.body)
    if body.customer is not None or body.contact.strip() or body.form:
        return None
    return wish_of(token, branch, body, key=one.key, customer=None, at=one.at)


def _asking(one: Asked, rights: int) -> actions.Asking:
    token, branch = _door(one, rights)
    body = CallIn.model_validate_json(one.body)
    return actions.Asking(counter_of(branch, one.counter), body.after, body.gives_up, token.actor, one.at)


def _door(one: Asked, rights: int) -> tuple[ApiToken, Branch]:
    token = known_token(one.token, rights)
    if token is None or not token.is_valid(one.at) or Scope.QUEUES_WRITE not in token.scopes:
        raise NotAllowed
    return token, hall_of(token.staff, one.code)


def _rendered(answer: BaseModel) -> bytes:
    return json.dumps(answer.model_dump(), cls=NinjaJSONEncoder).encode()
