"""What happens to a case, told to its process: at once, so that the two never disagree."""

from collections.abc import Iterator
from datetime import datetime
from typing import cast

from ruoshui.cases.events import (
    CaseCategorized,
    CaseClosed,
    CaseMerged,
    CaseOpened,
    CaseResumed,
    CaseSplitBack,
    CustomerReplied,
)
from ruoshui.cases.models import Case
from ruoshui.cases.unfinished import PROCESS, TASK, Unfinished, tells_unfinished
from ruoshui.core.actors import SYSTEM
from ruoshui.core.reactions import Happened, at_once
from ruoshui.documents.events import DocumentReceived
from ruoshui.processes.actions.running import call_off, send_message, start_process, take_up_again
from ruoshui.processes.actions.tasks import finish_task, schema_of
from ruoshui.processes.models import Run, RunState, Task
from ruoshui.processes.templates import current_template
from ruoshui.sla.events import Urged
from ruoshui.sla.models import InternalRequest
from ruoshui.sla.request_events import RequestDone


def _case(happened: Happened) -> Case:
    return cast(Case, happened.about)


@at_once(CaseOpened)
def begin_process_on_case_opened(event: CaseOpened, happened: Happened) -> None:
    case = _case(happened)
    version = current_template(case.type_id)
    if version is not None:
        start_process(case, version, by=SYSTEM, at=happened.at)


@at_once(CustomerReplied)
def send_message_on_customer_replied(event: CustomerReplied, happened: Happened) -> None:
    send_message(_case(happened), "customer_replied", by=SYSTEM, at=happened.at)


@at_once(CaseResumed)
def send_message_on_case_resumed(event: CaseResumed, happened: Happened) -> None:
    send_message(_case(happened), "case_resumed", {"resumed_from": event.reason}, by=SYSTEM, at=happened.at)


@at_once(Urged)
def send_message_on_urged(event: Urged, happened: Happened) -> None:
    if isinstance(happened.about, Case):
        send_message(happened.about, "urged", by=SYSTEM, at=happened.at)


@at_once(DocumentReceived)
def send_message_on_document_received(event: DocumentReceived, happened: Happened) -> None:
    case = _case(happened)
    send_message(case, "document_arrived", {"document_code": event.code}, by=SYSTEM, at=happened.at)
    if event.complete:
        send_message(case, "documents_complete", by=SYSTEM, at=happened.at)


@at_once(RequestDone)
def send_message_on_request_done(event: RequestDone, happened: Happened) -> None:
    """The task it stands for is done too, unless its form still wants answers."""
    request = cast(InternalRequest, happened.about)
    if request.case is None:
        return
    task = Task.objects.to_do().filter(request=request).select_related("case", "run").first()
    if task is not None and task.run is not None and not schema_of(task):
        finish_task(task, remark=request.answer[:500], by=happened.recorded.by, at=happened.at)
    send_message(request.case, "request_done", {"request_answer": request.answer}, by=SYSTEM, at=happened.at)


@at_once(CaseClosed, CaseMerged)
def stop_process_on_case_closed(event: CaseClosed | CaseMerged, happened: Happened) -> None:
    case = _case(happened)
    call_off(case, by=SYSTEM, at=happened.at)
    Task.objects.to_do().filter(case=case, run__isnull=True).update(state="dropped", ended_at=happened.at)


@at_once(CaseSplitBack)
def resume_process_on_case_split_back(event: CaseSplitBack, happened: Happened) -> None:
    case = _case(happened)
    if case.is_active:
        take_up_again(case, since=datetime.fromisoformat(event.merged_at), by=SYSTEM, at=happened.at)


@tells_unfinished
def work_is_open(case: Case) -> Iterator[Unfinished]:
    """Tasks to do; a process that waits for something else goes on too."""
    tasks = list(Task.objects.to_do().filter(case=case).order_by("pk"))
    for task in tasks:
        yield Unfinished(TASK, task.name_zh, task.name_en)
    run = Run.objects.filter(case=case, status__in=(RunState.RUNNING, RunState.STOPPED)).first()
    if run is not None and not any(task.run_id for task in tasks):
        yield Unfinished(PROCESS, case.type.name_zh, case.type.name_en)


@at_once(CaseCategorized)
def change_process_on_case_categorized(event: CaseCategorized, happened: Happened) -> None:
    """It is worked on as its new kind says."""
    if "type" not in event.changes:
        return
    case = _case(happened)
    call_off(case, reason=case.type.name_zh, by=SYSTEM, at=happened.at)
    Task.objects.filter(case=case, run__isnull=False).update(run=None, token=None)
    Run.objects.filter(case=case).delete()
    version = current_template(case.type_id)
    if version is not None:
        start_process(case, version, by=SYSTEM, at=happened.at)
