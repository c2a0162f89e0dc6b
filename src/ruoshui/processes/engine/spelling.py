"""How a condition is spelled, and how Python spells it: a lone `=` asks, and `if … then … else …` chooses."""

import io
import tokenize
from collections.abc import Collection

_OPENING, _CLOSING = ("(", "["), (")", "]")
_BRANCHES = ("then", "else", ",", *_CLOSING)


def as_python(text: str) -> str:
    """Raises SyntaxError or tokenize.TokenError."""
    tokens = [
        "==" if one.string == "=" else one.string
        for one in tokenize.generate_tokens(io.StringIO(text).readline)
        if one.type not in (tokenize.NEWLINE, tokenize.NL, tokenize.ENDMARKER)
    ]
    said, end = _until((), tokens, 0)
    if end < len(tokens):
        raise SyntaxError
    return said


def _until(stops: Collection[str], tokens: list[str], at: int) -> tuple[str, int]:
    """What stands before one of `stops`, and its place."""
    said: list[str] = []
    while at < len(tokens) and tokens[at] not in stops:
        if tokens[at] == "if":
            one, at = _choice(stops, tokens, at + 1)
        elif tokens[at] in _OPENING:
            inside, end = _until(_CLOSING, tokens, at + 1)
            one, at = f"{tokens[at]}{inside}{tokens[end] if end < len(tokens) else ''}", end + 1
        else:
            one, at = tokens[at], at + 1
        said.append(one)
    return " ".join(said), at


def _choice(stops: Collection[str], tokens: list[str], at: int) -> tuple[str, int]:
    """The last branch ends where the whole does, or at a comma."""
    asked, at = _until(("then",), tokens, at)
    this, at = _until(("else",), tokens, at + 1)
    that, at = _until((*stops, *_BRANCHES), tokens, at + 1)
    if not (asked and this and that):
        raise SyntaxError
    return f"(({this}) if ({asked}) else ({that}))", at
