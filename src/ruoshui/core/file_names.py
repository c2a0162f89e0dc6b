"""Names of files from outside: what they show is what they are."""

import re

from ruoshui.core.plain_text import storable

LONGEST = 160
# Letters that turn the writing round, so that “txt.exe” reads as “exe.txt”, and controls.
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\x00-\x1f\x7f]")
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,8}$")


def safe_file_name(name: str, *, otherwise: str = "file") -> str:
    """Without folders, controls and turns; cut before its ending when it is too long."""
    plain = _TURNING.sub("", storable(name)).replace("\\", "/").rpartition("/")[2].strip().strip("\u3000")
    if plain in ("", ".", ".."):
        return otherwise
    ending = _ENDING.search(plain)
    kept = ending[0] if ending else ""
    return plain if len(plain) <= LONGEST else plain[: LONGEST - len(kept)] + kept
