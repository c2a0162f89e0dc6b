"""What a file is, by its content first and its name second; and which are programs, the only ones that nobody takes."""

import re
from importlib.util import find_spec
from pathlib import PurePath

UNKNOWN = "application/octet-stream"
# What a mail program would run with one click, also behind another suffix.
PROGRAM_NAME = re.compile(
    r"\.(?:exe|scr|com|pif|bat|cmd|js|jse|vbs|vbe|vb|ws|wsf|wsc|wsh|sct|hta|msi|msp|mst|msix|appx|jar|ps1|psm1|lnk|cpl|reg"
    r"|inf|scf|url|msc|gadget|application|iso|img|vhd|vhdx|chm|dll|xll|sys|ocx|apk|dmg|app|deb|rpm|sh|command|workflow)$",
    re.IGNORECASE,
)
PROGRAM_BEGINS = (b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"dex\n")
BEGINS = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"#!AMR", "audio/amr"),
    (b"#!SILK", "audio/silk"),
    (b"\x02#!SILK", "audio/silk"),
    (b"ID3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"PK\x03\x04", "application/zip"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf'\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b", "application/gzip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"{\\rtf", "application/rtf"),
    (b"\x78\x9f\x3e\x22", "application/ms-tnef"),
    (b"BEGIN:VCALENDAR", "text/calendar"),
    (b"BEGIN:VCARD", "text/vcard"),
)
_OFFICE = "application/vnd.openxmlformats-officedocument."
# Of these the content says only in what they are packed.
ZIPPED = {
    ".docx": f"{_OFFICE}wordprocessingml.document", ".xlsx": f"{_OFFICE}spreadsheetml.sheet",
    ".pptx": f"{_OFFICE}presentationml.presentation", ".ofd": "application/ofd", ".zip": "application/zip",
    ".odt": "application/vnd.oasis.opendocument.text", ".ods": "application/vnd.oasis.opendocument.spreadsheet",
}  # fmt: skip
STORED = {
    ".doc": "application/msword", ".wps": "application/vnd.ms-works", ".xls": "application/vnd.ms-excel",
    ".et": "application/vnd.ms-excel", ".ppt": "application/vnd.ms-powerpoint", ".dps": "application/vnd.ms-powerpoint",
    ".msg": "application/vnd.ms-outlook",
}  # fmt: skip
TEXTS = {
    ".txt": "text/plain", ".csv": "text/csv", ".log": "text/plain", ".md": "text/markdown", ".eml": "message/rfc822",
    ".ics": "text/calendar", ".vcf": "text/vcard", ".html": "text/html", ".htm": "text/html", ".xml": "application/xml",
    ".json": "application/json", ".rtf": "application/rtf",
}  # fmt: skip
# Known by their names alone: they are written in too many ways.
NAMED = {
    ".p7s": "application/pkcs7-signature", ".p7m": "application/pkcs7-mime", ".asc": "application/pgp-signature",
    ".ofd": "application/ofd", ".dwg": "image/vnd.dwg",
}  # fmt: skip
PICTURES = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".gif": "image/gif",
    ".webp": "image/webp",
}
HEIC = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif")
# What a page can play, in every browser of today.
PLAYED = {
    "audio/mpeg", "audio/mp4", "audio/ogg", "audio/wav", "audio/flac", "video/mp4", "video/webm", "video/quicktime",
    "video/3gpp",
}  # fmt: skip
# What is played as well, once it is decoded (`core.sounds`), where the decoder is installed (decision 35).
DECODED = {"audio/amr"} if find_spec("av") else set()


def is_program(name: str, content: bytes) -> bool:
    if PROGRAM_NAME.search(name.strip()) or content.startswith(PROGRAM_BEGINS):
        return True
    return content.startswith(b"MZ") and (b"\x00" in content[:1024] or len(content) < 64)


def kind_of(name: str, content: bytes) -> str:
    """The content type. What is nothing that we know is bytes."""
    suffix = PurePath(name).suffix.lower()
    found = _by_content(content)
    if found == "application/zip":
        return ZIPPED.get(suffix, found)
    if found == "application/x-ole-storage":
        return STORED.get(suffix, found)
    if found:
        return found
    if suffix in TEXTS and b"\x00" not in content[:4096]:
        return TEXTS[suffix]
    return NAMED.get(suffix, UNKNOWN)


def promised(name: str) -> bool:
    """Does its suffix say what it must be like inside? Such a file that is nothing we know is damaged."""
    suffix = PurePath(name).suffix.lower()
    return suffix in PICTURES or suffix in ZIPPED or suffix in STORED or suffix in TEXTS or suffix == ".pdf"


def _by_content(content: bytes) -> str:
    for begin, kind in BEGINS:
        if content.startswith(begin):
            return kind
    return next((kind for asked in (_riff, _boxes, _frames) if (kind := asked(content))), "")


def _riff(content: bytes) -> str:
    if not content.startswith(b"RIFF"):
        return ""
    return {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}.get(content[8:12], "")


def _boxes(content: bytes) -> str:
    """MP4 and what is built like it."""
    brand = content[8:12]
    if content[4:8] != b"ftyp":
        return ""
    if brand in HEIC:
        return "image/heic"
    special = {b"M4A ": "audio/mp4", b"M4B ": "audio/mp4", b"qt  ": "video/quicktime"}
    return "video/3gpp" if brand.startswith(b"3g") else special.get(brand, "video/mp4")


def _frames(content: bytes) -> str:
    """What begins with two letters or bits only, and a little more that tells it from a text."""
    if content.startswith(b"BM") and content[6:10] == b"\x00" * 4:
        return "image/bmp"
    return "audio/mpeg" if content[:1] == b"\xff" and content[1:2] in (b"\xfb", b"\xf3", b"\xf2") else ""
