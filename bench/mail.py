"""bin/bench mail: mails from customers we do not know, kept and taken in, by two workers side by side.

Each becomes a case with its customer, its promise and its acknowledgement. The clock runs from the first mail kept to
the last one taken in; keeping goes on in a third process meanwhile, as it does with IMAP or LMTP.
"""

import gzip
import subprocess
import sys
import time
from email.message import EmailMessage

from bench.database import bench_database
from bench.telling import line, shared, timed

WORKERS, WARM, READ = 2, 20, 500
TAKE = (
    "import django; django.setup()\n"
    "import time\n"
    "from django.utils import timezone\n"
    "from ruoshui.cases.actions import take_new_letters\n"
    "while True:\n"
    "    take_new_letters(timezone.now()) or time.sleep(0.02)\n"
)


def measure(*, mails: int) -> int:
    _read()
    with bench_database():
        import django

        django.setup()
        from ruoshui.channels.models import LetterIn, LetterState

        workers = [subprocess.Popen([sys.executable, "-c", TAKE]) for _each in range(WORKERS)]
        try:
            _come(WARM, "warm")
            begun = time.monotonic()
            _come(mails, "mail")
            took = time.monotonic() - begun
        finally:
            for worker in workers:
                worker.kill()
        done = LetterIn.objects.filter(state=LetterState.DONE, subject__startswith="mail").count()
    print(f"  {mails} mails kept and taken in by {WORKERS} workers: {took:.1f} s ({mails / took:.0f}/s); {done} cases")
    return 0 if done == mails else 1


def _read() -> None:
    """The shared mails once, and a small one many times: here, and in the process that reads for the workers."""
    from ruoshui.channels.mail.letters import read_letter
    from ruoshui.channels.mail.reading import read_apart

    folder = shared("emails")
    if folder is not None:
        files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "ORIGIN.txt")
        raws = [gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes() for path in files]
        begun = time.process_time()
        nameless = sum(not read_letter(raw).sender for raw in raws)
        line(f"{len(raws)} shared mails read", f"{time.process_time() - begun:.2f} s; {nameless} without a sender")
    small = _mail("small", "service@example.com")
    read_apart(small)
    for title, read in (("read here", read_letter), ("read apart", read_apart)):
        seconds, _letters = timed(lambda read=read: [read(small) for _each in range(READ)], 3)  # type: ignore[misc]
        line(f"a small mail, {title}", f"{seconds / READ * 1e3:.2f} ms")


def _come(count: int, word: str) -> None:
    """They come, and all of them are taken in."""
    from django.utils import timezone

    from ruoshui.channels.actions import receive_letter
    from ruoshui.channels.models import LetterIn, LetterState, Mailbox

    mailbox = Mailbox.objects.get(code="service")
    for number in range(count):
        receive_letter(mailbox, _mail(f"{word} {number}", mailbox.address), at=timezone.now())
    while LetterIn.objects.filter(state=LetterState.NEW).exists():
        time.sleep(0.02)


def _mail(name: str, to: str) -> bytes:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = f"客户 <{name.replace(' ', '')}@example.com>", to, name
    made["Message-ID"] = f"<{name.replace(' ', '.')}@example.com>"
    made.set_content(f"您好，{name}：电费比平时高一倍，请核对抄表数据。\n\n谢谢。")
    return made.as_bytes()
