"""bin/bench process: cases through a process of ten tasks, beside the bare engine in the same run.

The bare engine does the same ten tasks with the same drawing, its whole state (drawing and all) through JSON between
two steps, as a program without our adapter would; it writes nothing anywhere.
"""

import json
import statistics
import subprocess
import sys
import time

from bench.database import bench_database

TASKS, PROCESSES = 10, 2
TYPE = "incident"


def ten_tasks() -> str:
    """Ten user tasks in a row, a gateway in the middle, a timer at the edge of each."""
    head = (
        '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="bench"'
        ' xmlns:ruoshui="https://ruoshui.example/schema/bpmn/1"><bpmn:process id="p" isExecutable="true">'
        '<bpmn:startEvent id="s"/><bpmn:endEvent id="e"/>'
    )
    nodes, names = [], ["s", *(f"t{i}" for i in range(TASKS)), "e"]
    for name in names[1:-1]:
        nodes.append(f'<bpmn:userTask id="{name}" name="{name}" ruoshui:role="clerk"/>')
        nodes.append(
            f'<bpmn:boundaryEvent id="{name}x" attachedToRef="{name}"><bpmn:timerEventDefinition>'
            f"<bpmn:timeDuration>P3D</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
            f'<bpmn:sequenceFlow id="{name}y" sourceRef="{name}x" targetRef="e"/>'
        )
    flows = [
        f'<bpmn:sequenceFlow id="f{i}" sourceRef="{a}" targetRef="{b}"/>'
        for i, (a, b) in enumerate(zip(names, names[1:], strict=False))
    ]
    return head + "".join(nodes + flows) + "</bpmn:process></bpmn:definitions>"


def measure(*, cases: int) -> int:
    with bench_database():
        import django

        django.setup()
        publish()
        each = max(1, cases // PROCESSES)
        print(f"  {each * PROCESSES} cases through {TASKS} tasks, {PROCESSES} processes", flush=True)
        began = time.perf_counter()
        started = [
            subprocess.Popen(
                [sys.executable, "-c", f"from bench.process import work; work({each})"],
                stdout=subprocess.PIPE,
            )
            for _each in range(PROCESSES)
        ]
        answers = [json.loads(process.communicate()[0].splitlines()[-1]) for process in started]
        spent = time.perf_counter() - began - min(one["before"] for one in answers)
        done = sum(one["tasks"] for one in answers)
        took = sorted(seconds for one in answers for seconds in one["took"])
        print(
            f"  through the verbs: {done / spent:6.0f} task completions/s, {done / TASKS / spent:5.1f} cases/s; "
            f"one takes median {1000 * statistics.median(took):.1f} ms, p95 {1000 * took[int(0.95 * len(took))]:.1f} ms"
        )
        _tell_state()
        rate, size = _bare(max(20, each // 4))
        print(f"  bare engine:       {rate:6.0f} task completions/s of one process, {size / 1024:.1f} kB a case")
        return 0 if done / spent >= 60 else 1


def publish() -> None:
    from django.utils import timezone

    from ruoshui.cases.models import CaseType
    from ruoshui.core.actors import SYSTEM
    from ruoshui.processes.actions import begin_template, publish_template, set_template

    now = timezone.now()
    draft = begin_template(CaseType.objects.get(code=TYPE), by=SYSTEM, at=now)
    set_template(draft.template, {"drawing": ten_tasks()}, by=SYSTEM, at=now)
    publish_template(draft.template, by=SYSTEM, at=now)


def work(cases: int) -> None:
    """One process: open cases, take and finish their tasks one after another. Prints what it measured as JSON."""
    began = time.perf_counter()
    import django

    django.setup()
    from django.utils import timezone

    from ruoshui.cases.actions import open_case
    from ruoshui.cases.models import CaseType
    from ruoshui.organization.models import Staff, Unit
    from ruoshui.processes.actions import finish_task, take_task
    from ruoshui.processes.models import Task

    type, unit = CaseType.objects.get(code=TYPE), Unit.objects.get(code="city")
    staff = Staff.objects.select_related("unit").get(username="chen")
    before = time.perf_counter() - began
    took: list[float] = []
    for number in range(cases):
        case = open_case(
            type,
            subject=f"case {number}",
            body="",
            customer=None,
            unit=unit,
            form={},
            by=staff.actor,
            at=timezone.now(),
        )
        while task := Task.objects.to_do().filter(case=case).select_related("case", "run").first():
            start = time.perf_counter()
            take_task(task, to=staff, by=staff.actor, at=timezone.now())
            finish_task(task, by=staff.actor, at=timezone.now())
            took.append(time.perf_counter() - start)
    print(json.dumps({"tasks": len(took), "took": took, "before": before}))


def _tell_state() -> None:
    from ruoshui.processes.models import Run

    sizes = [len(bytes(state)) for state in Run.objects.exclude(state=None).values_list("state", flat=True) if state]
    print(f"  state of a case that has ended (the largest): {max(sizes) / 1024:.1f} kB, the drawing is kept once")


def _bare(cases: int) -> tuple[float, float]:
    """Completions a second and bytes of state of the library by itself."""
    from SpiffWorkflow import TaskState
    from SpiffWorkflow.bpmn import BpmnWorkflow
    from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer

    from ruoshui.processes.engine.drawing import read_drawing
    from ruoshui.processes.engine.machine import specs_of

    serializer = BpmnWorkflowSerializer()
    spec, parts = specs_of(read_drawing(ten_tasks()))
    done, kept, began = 0, "", time.perf_counter()
    for _each in range(cases):
        workflow = BpmnWorkflow(spec, parts)
        workflow.do_engine_steps()
        while not workflow.completed:
            task = next(one for one in workflow.get_tasks(state=TaskState.READY) if one.task_spec.name.startswith("t"))
            task.run()
            workflow.do_engine_steps()
            kept = serializer.serialize_json(workflow)
            workflow = serializer.deserialize_json(kept)
            done += 1
    return done / (time.perf_counter() - began), len(kept)
