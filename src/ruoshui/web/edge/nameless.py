"""Files without a name, for what is on its way: gone with the process, however it ends."""

import tempfile
from pathlib import Path
from typing import IO

from django.conf import settings


def nameless(begun: IO[bytes]) -> IO[bytes]:
    """On the disk of the data, for /tmp may be memory; it holds what `begun` holds, and is at its end."""
    folder = Path(settings.DATA) / "passing"
    folder.mkdir(parents=True, exist_ok=True)
    file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 closed by who asked for it
    begun.seek(0)
    file.write(begun.read())
    begun.close()
    return file
