"""Browsers that somebody has signed in with before, each with a mark of its own for each person.

Whoever brings the mark of a person tries that person's password on a count of its own: strangers who try the same name
elsewhere do not keep them out. A mark ends when the password changes.
"""

import secrets

from django.utils.crypto import constant_time_compare

from ruoshui.organization.models import Staff

MOST = 8  # people at one counter
BETWEEN = "!"


def fresh_mark(staff: Staff) -> str:
    own = secrets.token_urlsafe(12)
    return f"{own}.{staff.sealed(f'browser:{own}')[:40]}"


def known_mark(staff: Staff, marks: str) -> str:
    """That of `marks` which is this person's; empty when none is."""
    for mark in marks.split(BETWEEN)[:MOST]:
        own, _dot, seal = mark.partition(".")
        if constant_time_compare(seal, staff.sealed(f"browser:{own}")[:40]):
            return mark
    return ""


def with_mark(staff: Staff, marks: str) -> str:
    """The marks a browser keeps after this person has signed in."""
    known = known_mark(staff, marks)
    others = [mark for mark in marks.split(BETWEEN)[:MOST] if mark and mark != known]
    return BETWEEN.join([known or fresh_mark(staff), *others][:MOST])
