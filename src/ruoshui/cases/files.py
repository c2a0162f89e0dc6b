"""What may be attached: whatever customers send, but no program. What a file is, its content says."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from ruoshui.cases.refusals import AttachmentRefused
from ruoshui.core.file_kinds import UNKNOWN, is_program, kind_of, promised
from ruoshui.core.file_names import safe_file_name

MAX_BYTES = 20 * 1024 * 1024
MAX_FILES = 10


@dataclass(frozen=True, slots=True)
class Upload:
    """`as_it_is`: whoever sent it cannot be asked for another, so it is taken though it seems damaged."""

    name: str
    content: bytes
    as_it_is: bool = False


def checked(upload: Upload) -> tuple[str, str]:
    """The safe name and the content type. Raises `AttachmentRefused` with what to do."""
    name = safe_file_name(upload.name)
    if not upload.content:
        raise AttachmentRefused(name=name, why=_("it is empty. Choose the file again."))
    if len(upload.content) > MAX_BYTES:
        raise AttachmentRefused(name=name, why=_("it is larger than 20 MB. Send a smaller one."))
    if is_program(name, upload.content):
        raise AttachmentRefused(
            name=name, why=_("programs are not taken. Send what it shows as a document or a picture.")
        )
    kind = kind_of(name, upload.content)
    if kind == UNKNOWN and promised(name) and not upload.as_it_is:
        raise AttachmentRefused(name=name, why=_("it is damaged or not what its name says. Save it again and retry."))
    return name, kind
