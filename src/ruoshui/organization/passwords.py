"""What a password must be: long enough, and not among those that are tried first.

No rules about kinds of signs (they make people write `Passw0rd!`); any sign of any script is welcome, pasting too.
"""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _
from zxcvbn import zxcvbn

from ruoshui.core.refusals import Invalid
from ruoshui.organization.models import Staff

LEAST, MOST = 8, 128
JUDGED = 32  # the judge takes half a second for twice as many signs
LEAST_GUESSES = 10**8
LEAST_OF_ONES_OWN = 6  # what must be left without names
PRODUCT = ("ruoshui", "若水", "demo", "admin", "administrator", "管理员", "客服", "service", "kefu")
PLACES = ("公司", "分公司", "营业厅", "company", "branch")
COMMON = ("密码", "mima", "woaini", "nihao", "zhongguo", "beijing", "shanghai", "5201314", "1314", "520", "888", "666")
SPLIT = re.compile(r"[\s@._+-]+")


def check_password(password: str, staff: Staff) -> None:
    """Refuses with `Invalid` at the field `password`. `staff` need not be saved yet."""
    wrong = wrong_with(password, staff)
    if wrong:
        raise Invalid({"password": [wrong]})


def wrong_with(password: str, staff: Staff) -> str:
    """What is wrong with it and what to do, in the reader's language; empty when it is good."""
    if len(password) < LEAST:
        return _("The password is too short. Use at least {least} characters, better 15.").format(least=LEAST)
    if len(password) > MOST:
        return _("The password is too long. Use at most {most} characters.").format(most=MOST)
    names = [*_names_of(staff), *PRODUCT, *PLACES]
    if len(_without(names, password.casefold())) < LEAST_OF_ONES_OWN:
        return _(
            "The password is little more than a name of yours, your unit or this product; such are tried first. "
            "Add words that have nothing to do with them."
        )
    if zxcvbn(password[:JUDGED], [*names, *COMMON])["guesses"] < LEAST_GUESSES:
        return _(
            "The password is easy to guess; such are tried first. Use three or four words that do not belong together, "
            "or a sentence that only you would say."
        )
    return ""


def _names_of(staff: Staff) -> Iterator[str]:
    unit = staff.unit
    for text in (staff.username, staff.name_zh, staff.name_en, staff.email, unit.code, unit.name_zh, unit.name_en):
        parts = [part for part in SPLIT.split(text.casefold()) if len(part) > 1]
        yield from parts
        yield from (part[:2] for part in parts if not part.isascii())  # the name of the place without what it is
        if len(parts) > 1:
            yield "".join(parts)
            yield "".join(reversed(parts))


def _without(names: list[str], password: str) -> str:
    """What is left of it; names of one or two Latin letters are in too many words to be taken out."""
    for name in sorted(set(names), key=len, reverse=True):
        if len(name) > 2 or not name.isascii():
            password = password.replace(name, "")
    return password
