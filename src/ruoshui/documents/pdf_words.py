"""The words of a PDF, read in a process of its own: a file made to hang or to swell takes only that process down.

`python -m ruoshui.documents.pdf_words 20` reads a PDF from its input and writes its words.
"""

import io
import logging
import resource
import subprocess
import sys

SECONDS, MEMORY = 20, 1 << 30
MOST_PAGES, MOST_LETTERS = 200, 50_000


def words_of_pdf(content: bytes, seconds: int = SECONDS) -> str:
    """At most 50,000 letters of 200 pages; empty when it cannot be read, or not within so many seconds and 1 GiB."""
    command = [sys.executable, "-m", "ruoshui.documents.pdf_words", str(seconds)]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=3 * seconds, check=False)
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout.decode("utf-8", "ignore").replace("\x00", "")[:MOST_LETTERS] if done.returncode == 0 else ""


def main() -> None:
    seconds = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    logging.disable()  # pypdf complains of every oddity; nobody would read it
    from pypdf import PdfReader

    room = MOST_LETTERS
    for page in PdfReader(io.BytesIO(sys.stdin.buffer.read())).pages[:MOST_PAGES]:
        text = page.extract_text()[:room]
        sys.stdout.buffer.write(text.encode("utf-8", "ignore") + b"\n")
        room -= len(text)
        if room <= 0:
            break


if __name__ == "__main__":
    main()
