"""Names as they are compared and found."""

import os
from functools import cache

from ruoshui.core.normal_text import BORDER, normal_parts, normal_text

LONGEST_NAME = 4  # of signs; what is longer is the name of an organisation, and found by its words

# Surnames that are read otherwise than their signs alone, of two signs and of one. Names come here in simplified form.
_SURNAMES = {
    **dict(zip(("尉迟", "长孙", "万俟", "单于", "澹台"), ("yc", "zs", "mq", "cy", "tt"), strict=True)),
    **dict(zip("单解仇查翟覃区乐盖缪朴曾员种折繁隗", "sxqzzqoygmpzyczpw", strict=True)),
}


def same_name(one: str, other: str) -> bool:
    """“张 三” is 张三, “Smith, John” is John Smith."""
    return sorted(normal_parts(one)) == sorted(normal_parts(other))


def findable_name(name: str) -> str:
    """The normal form of a name, and its initials: js and sj, zs."""
    parts = normal_parts(name)
    letters = [_initials(part) for part in parts]
    turned = "".join([*letters[1:], *letters[:1]])
    initials = dict.fromkeys(one for one in ("".join(letters), turned) if len(one) > 1)
    return BORDER.join([normal_text(name), *initials])


def _initials(part: str) -> str:
    if part.isascii():
        return part[0]
    surname = next((one for one in (part[:2], part[:1]) if one in _SURNAMES), "")
    return _SURNAMES.get(surname, "") + "".join(map(_initial, part[len(surname) : LONGEST_NAME]))


def _initial(sign: str) -> str:
    """The first letter of the commonest sound of a Chinese sign; of any other sign nothing."""
    sounds = _sounds().get(ord(sign), "")
    return normal_text(sounds[:1])


@cache
def _sounds() -> dict[int, str]:
    """By code point: “zhōng,chóng”. Without the library's phrases, which would take 40 MB in each process."""
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "true")
    from pypinyin.pinyin_dict import pinyin_dict

    return pinyin_dict
