"""The event log of cases as process mining reads it: traces for the map, XES for other tools."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from lxml import etree

from ruoshui.cases.models import Case
from ruoshui.cases.models.cases import CaseQuerySet
from ruoshui.core.models import RecordedEvent
from ruoshui.core.naming import in_language
from service_science.processmap import ProcessMap, process_map

MOST_CASES = 5000
# What counts as a step. Waiting for a person to take a task is part of the time before it is done.
STEPS = (
    *("cases.opened", "cases.assigned", "cases.waiting", "cases.resumed", "cases.passed"),
    *("cases.resolved", "cases.reopened", "cases.closed", "processes.task_done", "processes.stopped"),
)


@dataclass(frozen=True, slots=True)
class Happening:
    case: int
    at: datetime
    kind: str
    name_zh: str
    name_en: str
    by_kind: str
    by_id: int | None

    @property
    def activity(self) -> str:
        return in_language(self.name_zh, self.name_en) if self.name_zh else step_name(self.kind)


def step_name(kind: str) -> str:
    names = {
        "cases.opened": _("opened"),
        "cases.assigned": _("assigned"),
        "cases.waiting": _("paused"),
        "cases.resumed": _("resumed"),
        "cases.passed": _("passed on"),
        "cases.resolved": _("resolved"),
        "cases.reopened": _("reopened"),
        "cases.closed": _("closed"),
        "processes.stopped": _("process stopped"),
    }
    return names.get(kind, kind)


def log_of(cases: CaseQuerySet) -> dict[int, list[Happening]]:
    """By case, its steps in order of time; of the newest 5,000 cases."""
    found = dict(cases.order_by("-pk").values_list("pk", "opened_at")[:MOST_CASES])
    traces: dict[int, list[Happening]] = {pk: [] for pk in found}
    if not found:
        return {}
    events = RecordedEvent.objects.filter(
        about_kind="cases.case", about_id__in=list(found), at__gte=min(found.values()), kind__in=list(STEPS)
    )
    for case, at, kind, data, by_kind, by_id in (
        events.order_by("at", "id").values_list("about_id", "at", "kind", "data", "by_kind", "by_id").iterator()
    ):
        named = kind == "processes.task_done"
        zh, en = (data.get("name", ""), data.get("name_en", "")) if named else ("", "")
        traces[case].append(Happening(case, at, kind, zh, en, by_kind, by_id))
    return traces


def map_of(cases: CaseQuerySet) -> ProcessMap:
    traces = log_of(cases).values()
    return process_map([[(one.activity, one.at.timestamp()) for one in trace] for trace in traces])


def xes_of(cases: CaseQuerySet) -> Iterator[bytes]:
    """IEEE 1849 XES, readable by ProM, PM4Py, Disco and Celonis. No names of people: staff are numbers."""
    traces = log_of(cases)
    types = dict(Case.objects.filter(pk__in=traces).values_list("pk", "type__code"))
    yield b'<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1849-2016" xmlns="http://www.xes-standard.org/">\n'
    for name in ("Concept", "Time", "Organizational"):
        prefix = {"Concept": "concept", "Time": "time", "Organizational": "org"}[name]
        yield f'<extension name="{name}" prefix="{prefix}" uri="http://www.xes-standard.org/{prefix}.xesext"/>\n'.encode()
    for case, steps in traces.items():
        trace = etree.Element("trace")
        _string(trace, "concept:name", f"RS{case:08d}")
        _string(trace, "case:type", types.get(case, ""))
        for one in steps:
            event = etree.SubElement(trace, "event")
            _string(event, "concept:name", one.activity)
            _string(event, "lifecycle:transition", "complete")
            _string(event, "org:resource", f"{one.by_kind}:{one.by_id}" if one.by_id else one.by_kind)
            etree.SubElement(event, "date", key="time:timestamp", value=one.at.isoformat())
        yield etree.tostring(trace, encoding="utf-8") + b"\n"
    yield b"</log>\n"


def _string(parent: etree._Element, key: str, value: str) -> None:
    etree.SubElement(parent, "string", key=key, value=value)
