"""Where things lie on this machine. Standard library only: used before Django starts."""

import hashlib
import os
import tempfile
from pathlib import Path

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


def database_parameters() -> dict[str, str]:
    """What libpq is told, by its own names: from DATABASE_URL, read by libpq itself, else our own server's socket.

    Several hosts, sockets, IPv6 addresses and percent-encoded passwords are as its documentation says. Raises BadURL.
    """
    url = os.environ.get("DATABASE_URL")
    if not url:
        return {"dbname": "ruoshui", "user": "ruoshui", "host": str(socket_folder())}
    from psycopg import ProgrammingError  # only who is given an address needs it so early
    from psycopg.conninfo import conninfo_to_dict

    try:
        found = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    except ProgrammingError:
        found = {"port": "?"}  # what libpq says of it may hold the password
    if all(port == "" or (port.isdecimal() and 0 < int(port) <= 65535) for port in found.get("port", "").split(",")):
        return found
    raise BadURL("DATABASE_URL cannot be read. It looks like postgres://user:password@host:5432/name")


class BadURL(ValueError):
    """DATABASE_URL is none. The text holds nothing of it."""


def database_settings() -> dict[str, object]:
    """The same, as Django wants it."""
    given = database_parameters()
    found: dict[str, object] = {
        "NAME": given.pop("dbname", given.get("user", "")),  # as libpq itself: the user's name
        "USER": given.pop("user", ""),
        "HOST": given.pop("host", ""),
        "PORT": given.pop("port", ""),
    }
    if os.environ.get("DATABASE_URL"):
        found |= {"PASSWORD": given.pop("password", ""), "OPTIONS": given}
    return found
