"""How long whoever guesses has to wait: nothing at first, then twice as long after each wrong try, up to a limit.

Each wrong try counts for the account that was tried and for the networks it came from. What was counted fades with
time, one by one, so nobody is shut out for ever. A browser that somebody has signed in with before has its own count:
strangers who try their name do not keep them out (decision 29).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from math import ceil
from typing import NamedTuple

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from ruoshui.core.networks import networks_of
from ruoshui.core.refusals import Refusal


class TooManyFailures(Refusal):
    code, status = "too-many-failures", 429
    text = _("There were too many wrong tries. Wait {seconds} seconds and try again.")


class Door(StrEnum):
    SIGN_IN = "sign-in"
    CONFIRM = "confirm"
    CASE = "case"  # number and code


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many wrong tries are free; one is forgotten in each `fades`; a wait is never longer than `longest`."""

    free: int
    fades: timedelta
    longest: timedelta = timedelta(minutes=15)

    def left(self, count: float, since: datetime, at: datetime) -> float:
        """What has not faded of a count taken at `since`."""
        return max(0.0, count - max(0.0, (at - since) / self.fades))

    def wait(self, count: float) -> timedelta:
        over = ceil(count - self.free)
        return timedelta() if over <= 0 else min(self.longest, timedelta(seconds=2.0 ** min(over, 20)))


class Tried(NamedTuple):
    """One of the counts that a try belongs to."""

    key: str
    allowance: Allowance
    is_person: bool  # else a network


ACCOUNT = Allowance(5, timedelta(minutes=10))
NEAR, NEAR_INSIDE = Allowance(20, timedelta(minutes=3)), Allowance(100, timedelta(seconds=30))
WIDE, WIDE_INSIDE = Allowance(100, timedelta(seconds=36)), Allowance(400, timedelta(seconds=8))
# A code has 50 bits, and thousands of phones may share one address: waits are short.
CODE_NEAR, CODE_WIDE = (
    Allowance(60, timedelta(seconds=10), timedelta(minutes=1)),
    Allowance(300, timedelta(seconds=2), timedelta(minutes=1)),
)


def sign_in_tried(username: str, address: str, browser: str = "") -> list[Tried]:
    """`browser`: the mark of one that this person has signed in with before; only that one is counted then."""
    if browser:
        return [Tried(f"{Door.SIGN_IN}:browser:{sha256(browser.encode()).hexdigest()[:40]}", ACCOUNT, is_person=True)]
    whose = salted_hmac("ruoshui.tries", username.strip().casefold(), algorithm="sha256").hexdigest()[:40]
    near, wide, is_inside = networks_of(address)
    return [
        Tried(f"{Door.SIGN_IN}:account:{whose}", ACCOUNT, is_person=True),
        Tried(f"{Door.SIGN_IN}:near:{near}", NEAR_INSIDE if is_inside else NEAR, is_person=False),
        Tried(f"{Door.SIGN_IN}:wide:{wide}", WIDE_INSIDE if is_inside else WIDE, is_person=False),
    ]


def confirming_tried(staff: int) -> list[Tried]:
    """The password asked again of a person who is signed in."""
    return [Tried(f"{Door.CONFIRM}:account:{staff}", ACCOUNT, is_person=True)]


def code_tried(address: str) -> list[Tried]:
    """Not for each case: whoever counts up the numbers could keep its customer out."""
    near, wide, _inside = networks_of(address)
    return [
        Tried(f"{Door.CASE}:near:{near}", CODE_NEAR, is_person=False),
        Tried(f"{Door.CASE}:wide:{wide}", CODE_WIDE, is_person=False),
    ]
