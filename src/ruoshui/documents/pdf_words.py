"""The words of a PDF, read in a process of its own (`core.apart`): one made to hang or to swell does no other harm.

`python -m ruoshui.documents.pdf_words SECONDS MEMORY` is that process.
"""

import io
import logging

from ruoshui.core.apart import Apart, Broken, TooCostly, serve
from ruoshui.core.plain_text import storable

SECONDS, MEMORY = 20, 1 << 30
MOST_PAGES, MOST_LETTERS = 200, 50_000
READER = Apart("ruoshui.documents.pdf_words", seconds=SECONDS, memory=MEMORY, answers=1)


def words_of_pdf(content: bytes, reader: Apart = READER) -> str:
    """At most 50,000 letters of 200 pages; empty when it cannot be read, or not within 20 seconds and 1 GiB.

    Raises OSError for a fault of this machine that passes: then it may well be readable.
    """
    try:
        return storable(reader.ask(content).decode("utf-8", "ignore"))[:MOST_LETTERS]
    except (TooCostly, Broken):
        return ""


def _words(content: bytes) -> bytes:
    from pypdf import PdfReader

    said: list[str] = []
    room = MOST_LETTERS
    for page in PdfReader(io.BytesIO(content)).pages[:MOST_PAGES]:
        said.append(page.extract_text()[:room])
        room -= len(said[-1])
        if room <= 0:
            break
    return "\n".join(said).encode("utf-8", "ignore")


if __name__ == "__main__":
    logging.disable()  # pypdf complains of every oddity; nobody would read it
    serve(_words)
