"""A text in as many messages as a provider's limit makes of it, cut where a reader would pause."""

ENDS = ("\n\n", "\n", "。", "！", "？", ". ", "；", "，", ", ", " ")


def in_pieces(text: str, most: int) -> list[str]:
    """None longer than `most` bytes of UTF-8, none empty, nothing left out but blanks at the cuts."""
    found: list[str] = []
    rest = text.strip()
    while len(rest.encode()) > most:
        # The most letters that fit, and no half of one.
        head = rest.encode()[:most].decode(errors="ignore")
        place = next((at + len(end) for end in ENDS if (at := head.rfind(end)) >= len(head) // 2), len(head))
        found.append(rest[:place].strip())
        rest = rest[place:].strip()
    return [piece for piece in [*found, rest] if piece]
