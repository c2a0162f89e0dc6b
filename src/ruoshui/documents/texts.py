"""The words inside a file, so that search finds it: plain texts, and the office formats, which are XML in a zip."""

import io
import re
import zipfile

from lxml import etree

MOST_LETTERS = 50_000
MOST_UNPACKED = 20 * 1024 * 1024
_PARTS = {".docx": re.compile(r"word/document\.xml"), ".xlsx": re.compile(r"xl/sharedStrings\.xml")}


def text_of(name: str, content: bytes) -> str:
    """At most 50,000 letters; empty for pictures. PDF is read by a job (`pdf_words`)."""
    suffix = "." + name.rpartition(".")[2].lower()
    if suffix in (".txt", ".csv"):
        return _decoded(content)[:MOST_LETTERS]
    if suffix in _PARTS:
        return _words(content, _PARTS[suffix])[:MOST_LETTERS]
    return ""


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding).replace("\x00", "")
        except UnicodeDecodeError:
            continue
    return ""


def _words(content: bytes, part: re.Pattern[str]) -> str:
    """What cannot be read is not searched; it was accepted all the same, and can be opened by hand."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for entry in packed.infolist():
                if part.fullmatch(entry.filename) and entry.file_size <= MOST_UNPACKED:
                    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
                    root = etree.fromstring(packed.read(entry), parser)
                    return " ".join(text for text in root.itertext() if text.strip()).replace("\x00", "")
    except (zipfile.BadZipFile, etree.XMLSyntaxError, NotImplementedError, RuntimeError, OSError):
        return ""
    return ""
