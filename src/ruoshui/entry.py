"""Where the command begins: before anything of the package is loaded that an upgrade may have left half. Standard
library only.
"""

import contextlib
import sys

TRY_AGAIN = 75


def main() -> int:
    """Mail servers send a mail back for an answer that they do not know: that of `mail-in` is “try again later”."""
    try:
        from ruoshui.cli import main as begin
    except BaseException as wrong:
        if sys.argv[1:2] != ["mail-in"]:
            raise
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(f"  not kept, try again later: {type(wrong).__name__}: {wrong}\n")
        return TRY_AGAIN
    return begin()
