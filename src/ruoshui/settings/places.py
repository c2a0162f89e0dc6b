"""Where things lie on this machine. Standard library only: used before Django starts."""

import hashlib
import os
import tempfile
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

PACKAGE = Path(__file__).resolve().parent.parent
LONGEST_SOCKET_PATH = 100


def project_root() -> Path | None:
    """The checkout we run from; None when installed as a package."""
    root = PACKAGE.parent.parent
    return root if (root / "pyproject.toml").exists() else None


def data_folder() -> Path:
    named = os.environ.get("RUOSHUI_DATA")
    folder = Path(named) if named else (project_root() or Path.cwd()) / ".data"
    return folder.resolve()


def as_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def database_folder() -> Path:
    """PostgreSQL refuses to run as root: then its data lie where its own account can reach them."""
    if not as_root():
        return data_folder() / "postgres"
    mark = hashlib.sha256(str(data_folder()).encode()).hexdigest()[:12]
    return Path("/var/lib/ruoshui") / mark


def socket_folder() -> Path:
    folder = database_folder() / "socket"
    if len(str(folder)) > LONGEST_SOCKET_PATH:
        mark = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"ruoshui-{mark}"
    return folder


def mark(what: str) -> Path:
    """A file that says `what` was done once for this database."""
    which = hashlib.sha256(repr(sorted(database_settings().items())).encode()).hexdigest()[:12]
    return data_folder() / f"{what}-{which}"


def database_settings() -> dict[str, object]:
    """Django's settings from DATABASE_URL, else those of our own server's socket."""
    url = os.environ.get("DATABASE_URL")
    if not url:
        return {"NAME": "ruoshui", "USER": "ruoshui", "HOST": str(socket_folder()), "PORT": ""}
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return {
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": query,
    }
