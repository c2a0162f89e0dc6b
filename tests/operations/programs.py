"""Programs for the tests of the supervisor: `python -m tests.operations.programs WHAT …`."""

import os
import subprocess
import sys
import time
from pathlib import Path


def main(what: str, *rest: str) -> None:
    if what == "fail":
        sys.exit(f"no good: {rest[0]}")
    if what == "count":  # lives, and says each time that it began
        with Path(rest[0]).open("a") as out:
            out.write(f"{os.getpid()}\n")
    if what == "family":  # has a child that outlives it
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        Path(rest[0]).write_text(f"{os.getpid()}\n{child.pid}\n")
    time.sleep(600)


if __name__ == "__main__":
    main(*sys.argv[1:])
