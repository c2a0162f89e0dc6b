"""Invitations in a mail, as lines that can be read: what, when, where. Times as they were written, with their zone."""

import re

FOLDED = re.compile(r"\r?\n[ \t]")
FIELD = re.compile(r"([A-Za-z-]{1,30})((?:;[^:;\"]{1,200}|;[^:;\"]{1,60}=\"[^\"]{0,200}\")*):(.*)")
ZONE = re.compile(r";TZID=\"?([^\";:]{1,60})", re.IGNORECASE)
MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d{0,2}(Z?))?")
ESCAPED = re.compile(r"\\([nN,;\\])")
LARGEST, MOST_EVENTS, LONGEST = 500_000, 20, 500


def appointments_in(source: str) -> list[str]:
    """A line for each, at most twenty."""
    found: list[str] = []
    event: dict[str, str] | None = None
    for line in FOLDED.sub("", source[:LARGEST]).splitlines():
        if line.upper().startswith("BEGIN:VEVENT"):
            event = {}
        elif event is not None and line.upper().startswith("END:VEVENT"):
            found += [told] if (told := _told(event)) else []
            event = None
        elif event is not None and (field := FIELD.fullmatch(line[:2000])):
            name = field.group(1).upper()
            value = _moment(field.group(3), field.group(2)) if name in ("DTSTART", "DTEND") else _plain(field.group(3))
            event.setdefault(name, value)
        if len(found) >= MOST_EVENTS:
            break
    return found


def _told(event: dict[str, str]) -> str:
    begin, end = event.get("DTSTART", ""), event.get("DTEND", "")
    day, _blank, hour = end.partition(" ")
    span = "–".join(
        filter(None, (begin.partition(" (")[0], (hour if day and begin.startswith(day) else end).partition(" (")[0]))
    )
    zone = begin.partition(" (")[2]
    when = f"{span} ({zone}" if zone else span
    status = event.get("STATUS", "") if event.get("STATUS", "").upper() == "CANCELLED" else ""
    return " · ".join(filter(None, (event.get("SUMMARY", ""), when, event.get("LOCATION", ""), status)))


def _moment(value: str, about: str) -> str:
    found = MOMENT.match(value.strip())
    if not found:
        return ""
    year, month, day, hour, minute, is_utc = found.groups()
    if hour is None:
        return f"{year}-{month}-{day}"
    zone = ZONE.search(about)
    named = "UTC" if is_utc else zone.group(1) if zone else ""
    return f"{year}-{month}-{day} {hour}:{minute}" + (f" ({named})" if named else "")


def _plain(value: str) -> str:
    said = ESCAPED.sub(lambda found: " " if found.group(1) in "nN" else found.group(1), value)
    return " ".join(said.split())[:LONGEST]
