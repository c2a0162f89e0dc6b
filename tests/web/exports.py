"""Everything that can be taken away as a file: found by asking all addresses and all links of the pages."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote

import icalendar
import openpyxl
from django.test import Client
from django.urls import resolve, reverse
from lxml import etree

from ruoshui.cases.models import Attachment, MessageKind
from ruoshui.channels.models import PaperLetter
from ruoshui.documents.models import DocumentVersion
from ruoshui.processes.models import TemplateVersion
from ruoshui.queues.models import Appointment, Branch, Business
from ruoshui.web.workspace.feed import feed_address
from tests.secrecy.addresses import addresses
from tests.secrecy.visitors import Visitor, links_in, person, program, words_of
from tests.web.old_rows import OLD

NOT_ASKED = ("/static/", "/healthz", "/readyz", "/api/v1/openapi.json")
PAGES = ("text/html", "application/json", "application/problem+json")
FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
TURNED = OLD.replace("\x07", "")  # with the bell a table is refused, in words, like everywhere else
OLD_TABLE = {
    "code": "limit",
    "name": TURNED,
    "inputs": [{"name": "amount", "type": "number", "label_zh": TURNED, "label_en": TURNED}],
    "outputs": [{"name": "who", "label_zh": TURNED}],
    "rules": [{"when": ["-"], "then": ["'chief'"], "note": TURNED}],
}
NEVER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\u2066-\u2069]")


def plain(address: str) -> str:
    """Without numbers and the words of filters: a hundred of a kind are one."""
    path, _mark, query = address.partition("?")
    asked = sorted(
        part for part in query.split("&") if part.partition("=")[0] in ("export", "what", "as", "form", "pdf")
    )
    return re.sub(r"[0-9]+", "#", path) + "?" + "&".join(asked)


def answers(world: SimpleNamespace) -> Iterator[tuple[str, Any]]:
    """Address and answer of all that is no page and no JSON."""
    asked: set[str] = set()
    for visitor in (customer_of(world), person(world, "admin"), program(world, "admin")):
        known = addresses(world)
        assert [pattern for pattern, filled in known.items() if not filled] == []
        waiting = [filled[0] for filled in known.values()] + by_key(world)
        for address in waiting:
            if not visitor.may_knock(address) or address.startswith(NOT_ASKED) or plain(address) in asked:
                continue
            answer = visitor.get(address)
            if answer.status_code in (301, 302, 403, 404, 405):
                continue
            asked.add(plain(address))
            if answer.status_code >= 500 or "/file?what=" in address:
                yield address, answer
            elif answer.get("Content-Type", "").startswith("text/html"):
                waiting += sorted(links_in(words_of(answer), address))
            elif "Content-Disposition" in answer or not answer.get("Content-Type", "").startswith(PAGES):
                yield address, answer


def customer_of(world: SimpleNamespace) -> Visitor:
    """Has shown the code of the case that has one of everything."""
    client = Client(raise_request_exception=False)
    client.post("/track", {"number": world.secret.number, "code": world.secret.access_code})
    return Visitor("customer", client)


def by_key(world: SimpleNamespace) -> list[str]:
    """What only opens to who has a key, or to customers; and each version of a template with a drawing and tables."""
    branch = Branch.objects.get(unit__code="east")
    now = world.secret.opened_at
    booked = Appointment.objects.create(
        branch=branch, business=Business.objects.all()[0], customer=world.customer, starts_at=now, booked_at=now
    )
    Attachment.objects.update(message=world.secret.messages.filter(kind=MessageKind.CUSTOMER).first())
    documents = DocumentVersion.objects.filter(document__case=world.secret, document__internal=False)
    letters = "&".join(f"letter={one.pk}" for one in PaperLetter.objects.all())
    types = TemplateVersion.objects.values_list("template__type__code", flat=True)
    TemplateVersion.objects.filter(drawing__gt="").update(decisions=[OLD_TABLE])
    return [
        reverse("branch:ics", args=[booked.code]),
        f"/work/letters/print?pdf=1&{letters}",
        "/work/feed/" + feed_address(world.demo.staff["chen"]).partition("/work/feed/")[2],
        *(reverse("portal:attachment", args=[world.secret.number, one.pk]) for one in Attachment.objects.all()[:1]),
        *(reverse("portal:document", args=[world.secret.number, one.pk]) for one in documents[:1]),
        *(
            f"/settings/templates/{code}/file?what={what}"
            for code in sorted(set(types))
            for what in ("bpmn", "dmn", "pack")
        ),
    ]


def view_of(address: str) -> str:
    view = resolve(address.partition("?")[0]).func
    while hasattr(view, "__wrapped__"):
        view = view.__wrapped__
    return f"{view.__module__}.{view.__qualname__}"


def faults(answer: Any) -> str:
    """What is wrong with a file, in a few words; empty when whoever opens it is safe."""
    if answer.status_code != 200:
        return str(answer.status_code)
    if NEVER.search(unquote(answer.get("Content-Disposition", ""))):
        return "its name turns round or holds controls"
    kind = answer["Content-Type"].partition(";")[0]
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if kind not in READ:
        return f"How is {kind} read? Say so in READ."
    if not content:
        return "it is empty"
    try:
        return READ[kind](content)
    except Exception as wrong:
        return f"{type(wrong).__name__}: {wrong}"[:200]


def _cell(text: str) -> bool:
    return not text.lstrip("\ufeff \t\r\n\u3000").startswith(FORMULA) and not re.search("[\x00-\x08\x0e-\x1f]", text)


def _csv(content: bytes) -> str:
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    return str([cell for row in rows for cell in row if not _cell(cell) and not _is_number(cell)] or "")


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"-?[0-9.]+", text))


def _xlsx(content: bytes) -> str:
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    words = [str(one.value) for one in cells if one.data_type in ("s", "f", "e")]
    return str([one.coordinate for one in cells if one.data_type == "f"] + [w for w in words if not _cell(w)] or "")


def _xml(content: bytes) -> str:
    etree.fromstring(content)
    return ""


def _ics(content: bytes) -> str:
    icalendar.Calendar.from_ical(content)
    return "controls" if re.search(b"[\x00-\x08\x0b\x0c\x0e-\x1f]", content) else ""


def _zip(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert packed.testzip() is None
        for name in packed.namelist():
            PACKED[name.rpartition(".")[2]](packed.read(name))
        return "names" if any(NEVER.search(name) or ".." in name for name in packed.namelist()) else ""


def _toml(content: bytes) -> None:
    import tomllib

    tomllib.loads(content.decode())


def _as_it_came(_content: bytes) -> str:
    return ""  # somebody's own file, handed back as they sent it


PACKED: dict[str, Callable[[bytes], Any]] = {"json": json.loads, "toml": _toml, "bpmn": _xml, "dmn": _xml}
READ: dict[str, Callable[[bytes], str]] = {
    "text/csv": _csv,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": _xlsx,
    "application/xml": _xml,
    "image/svg+xml": _xml,
    "text/calendar": _ics,
    "application/zip": _zip,
    "application/pdf": lambda content: "" if content.startswith(b"%PDF-") else "no PDF",
    "message/rfc822": _as_it_came,
    "text/plain": _as_it_came,
    "application/octet-stream": _as_it_came,  # a program that came over a line, for who supervises
    "text/javascript": lambda content: "controls" if NEVER.search(content.decode()) else "",
}
