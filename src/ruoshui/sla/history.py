"""From the event log to spans: one query for any number of cases or requests."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from ruoshui.cases.models import Case
from ruoshui.core.models import RecordedEvent
from ruoshui.sla.models import InternalRequest, PauseReason
from ruoshui.sla.spans import Correction, Fact, Span, spans_of

CASE_KINDS = (
    "cases.waiting",
    "cases.resumed",
    "cases.resolved",
    "cases.closed",
    "cases.merged",
    "cases.reopened",
    "cases.split_back",
    "cases.passed",
    "sla.wait_corrected",
)
REQUEST_KINDS = (
    "sla.request_returned",
    "sla.request_asked_again",
    "sla.request_passed",
    "sla.request_done",
    "sla.request_withdrawn",
)
Line = tuple[datetime, str, dict[str, Any]]


def spans_of_case(case: Case, begin: datetime) -> list[Span]:
    """From `begin`, which may lie before the opening when the need was older than its case."""
    return spans_of_cases([case], {case.pk: begin})[case.pk]


def spans_of_cases(cases: Iterable[Case], begins: dict[int, datetime]) -> dict[int, list[Span]]:
    cases = list(cases)
    lines = _lines("cases.case", CASE_KINDS, {case.pk: case.opened_at for case in cases})
    return {case.pk: _spans(lines[case.pk], begins[case.pk], case.unit_id) for case in cases}


def spans_of_request(request: InternalRequest) -> list[Span]:
    return spans_of_requests([request])[request.pk]


def spans_of_requests(requests: Iterable[InternalRequest]) -> dict[int, list[Span]]:
    requests = list(requests)
    lines = _lines("sla.internalrequest", REQUEST_KINDS, {one.pk: one.asked_at for one in requests})
    return {one.pk: _spans(lines[one.pk], one.asked_at, one.unit_id) for one in requests}


def _lines(about: str, kinds: tuple[str, ...], since: dict[int, datetime]) -> dict[int, list[Line]]:
    found: dict[int, list[Line]] = {pk: [] for pk in since}
    if not since:
        return found
    events = RecordedEvent.objects.filter(
        about_kind=about, about_id__in=list(since), kind__in=kinds, at__gte=min(since.values())
    )
    for pk, at, kind, data in events.order_by("at", "id").values_list("about_id", "at", "kind", "data"):
        found[pk].append((at, kind, data))
    return found


def _spans(lines: list[Line], begin: datetime, unit: int) -> list[Span]:
    first_unit = next((data["from_unit"] for _at, kind, data in lines if kind.endswith("passed")), unit)
    facts = [_fact(*line) for line in lines if line[1] != "sla.wait_corrected"]
    corrections = [
        Correction(datetime.fromisoformat(data["begin"]), datetime.fromisoformat(data["end"]), data["reason"])
        for _at, kind, data in lines
        if kind == "sla.wait_corrected"
    ]
    return spans_of(begin, first_unit, facts, corrections)


def _fact(at: datetime, kind: str, data: dict[str, Any]) -> Fact:
    name = kind.split(".")[1]
    if name == "split_back":
        return Fact(at, wait="", ended=data["state"] not in ("open", "waiting"))
    if name == "waiting":
        return Fact(at, wait=data["reason"])
    if name == "request_returned":
        return Fact(at, wait=PauseReason.RETURNED)
    if name in ("resumed", "request_asked_again"):
        return Fact(at, wait="")
    if name.endswith("passed"):
        return Fact(at, unit=data["to_unit"])
    return Fact(at, ended=name != "reopened")
