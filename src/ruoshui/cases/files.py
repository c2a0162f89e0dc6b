"""What may be attached: size, kind, and whether the content is what the name says."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath

from django.utils.translation import gettext as _

from ruoshui.cases.refusals import AttachmentRefused
from ruoshui.core.file_names import safe_file_name

MAX_BYTES = 20 * 1024 * 1024
MAX_FILES = 10


@dataclass(frozen=True, slots=True)
class Upload:
    name: str
    content: bytes


def _text(content: bytes) -> bool:
    return b"\x00" not in content[:4096]


def _begins(*signatures: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(signatures)


_ZIP = _begins(b"PK\x03\x04")
KINDS: dict[str, tuple[str, Callable[[bytes], bool]]] = {
    ".pdf": ("application/pdf", _begins(b"%PDF-")),
    ".png": ("image/png", _begins(b"\x89PNG\r\n\x1a\n")),
    ".jpg": ("image/jpeg", _begins(b"\xff\xd8\xff")),
    ".jpeg": ("image/jpeg", _begins(b"\xff\xd8\xff")),
    ".gif": ("image/gif", _begins(b"GIF87a", b"GIF89a")),
    ".webp": ("image/webp", lambda c: c[:4] == b"RIFF" and c[8:12] == b"WEBP"),
    ".docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", _ZIP),
    ".xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _ZIP),
    ".zip": ("application/zip", _ZIP),
    ".txt": ("text/plain", _text),
    ".csv": ("text/csv", _text),
}


def checked(upload: Upload) -> tuple[str, str]:
    """The safe name and the content type. Raises `AttachmentRefused` with what to do."""
    name = safe_file_name(upload.name)
    suffix = PurePath(name).suffix.lower()
    if suffix not in KINDS:
        allowed = ", ".join(sorted(KINDS))
        raise AttachmentRefused(name=name, why=_("this kind of file is not allowed. Allowed: %s") % allowed)
    if not upload.content:
        raise AttachmentRefused(name=name, why=_("it is empty. Choose the file again."))
    if len(upload.content) > MAX_BYTES:
        raise AttachmentRefused(name=name, why=_("it is larger than 20 MB. Send a smaller one."))
    content_type, looks_right = KINDS[suffix]
    if not looks_right(upload.content):
        raise AttachmentRefused(name=name, why=_("it is damaged or not a %s file. Save it again and retry.") % suffix)
    return name, content_type
