"""A real ClamAV with one signature of our own: it finds a word and nothing else, and needs no download."""

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CLAMD = shutil.which("clamd") or ("/usr/sbin/clamd" if Path("/usr/sbin/clamd").exists() else "")
EVIL = b"ruoshui-test-virus-3f9c"
CONF = """
Foreground yes
LocalSocket {folder}/clamd.sock
DatabaseDirectory {folder}/db
LogFile {folder}/clamd.log
TemporaryDirectory {folder}
StreamMaxLength 30M
"""


class DidNotStart(RuntimeError):
    """It is installed, but this machine does not let it run."""


@contextmanager
def running_clamd() -> Iterator[str]:
    """The path of its socket."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        (folder / "db").mkdir()
        (folder / "db/test.ndb").write_text(f"Ruoshui.Test:0:*:{EVIL.hex()}\n")
        (folder / "clamd.conf").write_text(CONF.format(folder=folder))
        command = [CLAMD, "-c", str(folder / "clamd.conf")]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _until_it_answers(folder / "clamd.sock")
            yield str(folder / "clamd.sock")
        finally:
            process.terminate()
            process.wait(30)


def _until_it_answers(path: Path) -> None:
    for _try in range(200):
        with socket.socket(socket.AF_UNIX) as one:
            if path.exists() and one.connect_ex(str(path)) == 0:
                return
        time.sleep(0.1)
    raise DidNotStart("clamd does not answer")
