"""Every form that pages show: found by following links from the start, each kind of page once."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

MOST_PAGES = 400
STARTS = ("/", "/work/", "/work/cases", "/cockpit/", "/settings/", "/branch/", "/track")
NOT_FOLLOWED = re.compile(r"^/(static|device|language|work/sign-out)|\.(csv|xlsx|pdf|zip|js)$|[?&](as|form|format)=")


@dataclass
class Form:
    """`fields`: the value each has on the page; `kinds`: what each is, as `type` says."""

    page: str
    action: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, tuple[str, ...]]:
        return plain(self.action), tuple(sorted(plain(name) for name in self.kinds))


def plain(address: str) -> str:
    """An address or name without its numbers, so that a hundred cases are one page."""
    return re.sub(r"[0-9]+", "#", urlsplit(address).path if address.startswith("/") else address)


class _Page(HTMLParser):
    def __init__(self, address: str) -> None:
        super().__init__(convert_charrefs=True)
        self.address, self.links, self.forms = address, list[str](), list[Form]()
        self._form: Form | None = None
        self._chooses = self._writes = ""

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in given}
        name = said.get("name", "")
        if tag == "a" and said.get("href", "").startswith(("/", "?")):
            self.links.append(urljoin(self.address, said["href"]))
        posts = said.get("hx-post") or (said.get("method", "").lower() == "post" and said.get("action", self.address))
        if tag == "form":
            self._form = Form(self.address, urljoin(self.address, posts or self.address)) if posts else None
            self.forms += [self._form] if self._form else []
        if self._form is None or not name:
            self._chooses = self._chooses if tag == "option" else ""
        elif tag == "input":
            kind = said.get("type", "text")
            self._form.kinds[name] = kind
            if kind not in ("checkbox", "radio", "file") or "checked" in said:
                self._form.fields.setdefault(name, []).append(said.get("value", ""))
        elif tag in ("select", "textarea"):
            self._form.kinds[name] = tag
            self._chooses, self._writes = (name, "") if tag == "select" else ("", name)
            self._form.fields.setdefault(name, [])
        elif tag == "button" and said.get("value"):
            self._form.fields.setdefault(name, [said["value"]])
        if tag == "option" and self._form is not None and self._chooses:
            chosen = self._form.fields[self._chooses]
            if "selected" in said or (not chosen and said.get("value")):
                self._form.fields[self._chooses] = [said.get("value", "")]

    def handle_data(self, data: str) -> None:
        if self._form is not None and self._writes:
            self._form.fields[self._writes] = [data]

    def handle_endtag(self, tag: str) -> None:
        if tag in ("select", "textarea"):
            self._chooses = self._writes = ""
        elif tag == "form":
            self._form = None


def forms_shown(client, starts: tuple[str, ...] = STARTS) -> Iterator[Form]:
    """As whoever the client is signed in as. No page may fail on the way."""
    waiting, seen, known = list(starts), {plain(one) for one in starts}, set()
    for _count in range(MOST_PAGES):
        if not waiting:
            return
        address = waiting.pop(0)
        response = client.get(address, follow=True)
        assert response.status_code < 500, address
        if "text/html" not in response.get("Content-Type", ""):
            continue
        page = _Page(address)
        page.feed(response.content.decode())
        for one in page.forms:
            if one.key not in known:
                known.add(one.key)
                yield one
        for link in page.links:
            if plain(link) not in seen and not NOT_FOLLOWED.search(link):
                seen.add(plain(link))
                waiting.append(link)
    raise AssertionError("more kinds of pages than expected")
