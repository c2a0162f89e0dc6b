"""Names as they are compared and found."""

from ruoshui.core.normal_text import BORDER, normal_parts, normal_text

# Where in GB 2312, which orders its 3,755 commonest signs by sound, the first of each initial stands. There is no
# sound that begins with i, u or v.
_SOUNDS = (
    *((0xB0A1, "a"), (0xB0C5, "b"), (0xB2C1, "c"), (0xB4EE, "d"), (0xB6EA, "e"), (0xB7A2, "f"), (0xB8C1, "g")),
    *((0xB9FE, "h"), (0xBBF7, "j"), (0xBFA6, "k"), (0xC0AC, "l"), (0xC2E8, "m"), (0xC4C3, "n"), (0xC5B6, "o")),
    *((0xC5BE, "p"), (0xC6DA, "q"), (0xC8BB, "r"), (0xC8F6, "s"), (0xCBFA, "t"), (0xCDDA, "w"), (0xCEF4, "x")),
    *((0xD1B9, "y"), (0xD4D1, "z"), (0xD7FA, "")),
)
# Surnames that are read otherwise than the sign alone, or stand beyond the ordered part.
_SURNAMES = dict(zip("单解仇查翟覃闫佟岑", "sxqzzqytc", strict=True))


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
    return part[0] if part.isascii() else _SURNAMES.get(part[0], _sound(part[0])) + "".join(map(_sound, part[1:4]))


def _sound(sign: str) -> str:
    try:
        place = int.from_bytes(sign.encode("gb2312"), "big")
    except UnicodeEncodeError:
        return ""
    return next((letter for start, letter in reversed(_SOUNDS) if place >= start), "")
