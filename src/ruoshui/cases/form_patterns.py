"""Patterns of forms, run by RE2: its time grows with the length of the answer only, whatever the pattern."""

from functools import lru_cache
from typing import Any

import re2

LONGEST, LONGEST_TEXT = 200, 1000
MEMORY = 128 * 1024  # of a compiled pattern; a larger one is refused


class BadPattern(ValueError): ...


@lru_cache(maxsize=512)
def compiled(pattern: str) -> Any:
    """Raises BadPattern for what RE2 does not know (look-around, references) and for what would be too large."""
    if len(pattern) > LONGEST:
        raise BadPattern(pattern[:LONGEST])
    options = re2.Options()
    options.log_errors = False
    options.max_mem = MEMORY
    try:
        return re2.compile(pattern, options)
    except (re2.error, UnicodeEncodeError) as wrong:
        raise BadPattern(pattern) from wrong


def fits(pattern: str, text: str) -> bool:
    """A text of more than 1,000 letters fits no pattern."""
    return not pattern or (len(text) <= LONGEST_TEXT and compiled(pattern).search(text) is not None)
