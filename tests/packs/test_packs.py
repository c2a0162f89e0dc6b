"""Packs: checked to the line, installed once, upgraded without losing what was edited here, exported and taken in again."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from ruoshui.cases.models import CaseType
from ruoshui.core.actors import SYSTEM
from ruoshui.core.configuring import configure
from ruoshui.feedback.models import Survey
from ruoshui.organization.models import Calendar, Role
from ruoshui.packs.actions import install_pack
from ruoshui.packs.exporting import export_pack
from ruoshui.packs.models import Pack
from ruoshui.packs.reading import read_pack, sound_pack
from ruoshui.packs.refusals import FaultyPack, NotInstalled, PackMissing
from ruoshui.packs.shipped import shipped_packs
from ruoshui.processes.models import TemplateVersion
from ruoshui.queues.models import ServiceClass
from ruoshui.sla.models import Level, LevelVersion, Term
from tests.conftest import NOW, refused

ALL = sorted(path for path in shipped_packs().iterdir() if path.is_dir())
SMALL = """
[pack]
code = "small"
version = "1.0"
name_zh = "小包"
name_en = "Small"

[[level]]
code = "quick"
name_zh = "快"
name_en = "Quick"

[[level.term]]
target = "resolution"
days = 2

[[case_type]]
code = "repair"
name_zh = "维修"
name_en = "Repair"
icon = "tool"

[[strategy]]
type = "repair"
level = "quick"
"""


def pack(folder: Path, text: str = SMALL) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "pack.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("folder", ALL, ids=lambda path: path.name)
def test_every_pack_that_ships_is_pedantically_right(folder: Path) -> None:
    reading = read_pack(folder)
    assert [str(fault) for fault in reading.faults] == []
    named = {value for one in reading.values.get("case_type", []) for value in one}
    assert named >= {"forms", "drawing", "documents"}
    used = {path.name for path in folder.rglob("*") if path.is_file()}
    text = (folder / "pack.toml").read_text(encoding="utf-8")
    assert [name for name in used if name != "pack.toml" and name not in text] == []


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        (('icon = "tool"', 'icon = "hammer"'), 21, "hammer"),
        (("days = 2", "days = -1"), 15, "-1"),
        (("days = 2", ""), 13, "minutes, hours or days"),
        (('target = "resolution"', 'target = "milestone"'), 13, "milestone"),
        (('icon = "tool"', 'icon = "tool"\nprocess = "process/x.bpmn"'), 22, "no file process/x.bpmn"),
        (('icon = "tool"', 'icon = "tool"\nprocess = "../../etc/passwd.bpmn"'), 22, "does not match"),
        (('icon = "tool"', 'colour = "red"'), 17, "colour"),
        (('version = "1.0"', 'version = "new"'), 4, "new"),
        (('name_zh = "快"', "name_zh = 快"), 10, "Invalid value"),
        (('code = "quick"', 'code = "Quick!"'), 9, "Quick!"),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path: Path, change: tuple[str, str], line: int, words: str) -> None:
    faults = read_pack(pack(tmp_path / "small", SMALL.replace(*change, 1))).faults
    assert [(fault.line, words in str(fault)) for fault in faults] == [(line, True)]


def test_a_fault_of_a_drawing_is_told_with_the_drawings_line(tmp_path: Path) -> None:
    folder = tmp_path / "utility"
    shutil.copytree(shipped_packs() / "utility", folder)
    drawing = folder / "process/fault.bpmn"
    drawing.write_text(drawing.read_text().replace('ruoshui:verb="note"', 'ruoshui:verb="shell"'))
    (fault,) = read_pack(folder).faults
    lines = drawing.read_text().splitlines()
    assert (fault.file, "shell" in lines[fault.line - 1]) == ("process/fault.bpmn", True)


def test_a_faulty_pack_changes_nothing(demo: SimpleNamespace, tmp_path: Path) -> None:
    with refused(FaultyPack):
        sound_pack(pack(tmp_path / "small", SMALL.replace("days = 2", "days = 0")))
    with refused(PackMissing):
        needs = SMALL.replace('name_en = "Small"', 'name_en = "Small"\nneeds = ["bank"]', 1)
        install_pack(sound_pack(pack(tmp_path / "small", needs)), by=SYSTEM, at=NOW)
    with refused(NotInstalled):
        install_pack(sound_pack(pack(tmp_path / "small")), upgrade=True, by=SYSTEM, at=NOW)
    assert not CaseType.objects.filter(code="repair").exists()


def test_a_second_time_nothing_changes(demo: SimpleNamespace) -> None:
    """The demo has the utility pack installed already."""
    before = (TemplateVersion.objects.count(), LevelVersion.objects.count(), Role.objects.count())
    report = install_pack(sound_pack(shipped_packs() / "utility"), unit=demo.units["city"], by=SYSTEM, at=NOW)
    edited = {(one.kind, one.code) for one in report.of("kept")}
    assert (report.of("new", "changed", "conflict"), edited) == ([], {("case_type", "fault")})
    assert (TemplateVersion.objects.count(), LevelVersion.objects.count(), Role.objects.count()) == before


def test_an_upgrade_keeps_local_edits_and_shows_conflicts(demo: SimpleNamespace, tmp_path: Path) -> None:
    folder = tmp_path / "small"
    install_pack(sound_pack(pack(folder)), unit=demo.units["city"], by=SYSTEM, at=NOW)
    repair = CaseType.objects.get(code="repair")
    configure(repair, {"name_zh": "报修", "explanation_zh": "我们自己的话", "position": 7}, by=SYSTEM, at=NOW)
    newer = SMALL.replace('version = "1.0"', 'version = "1.1"').replace('name_zh = "维修"', 'name_zh = "检修"')
    newer = newer.replace('icon = "tool"', 'icon = "truck"\npriority = "high"').replace("days = 2", "days = 3")
    report = install_pack(sound_pack(pack(folder, newer)), upgrade=True, by=SYSTEM, at=NOW)
    repair.refresh_from_db()
    told = {(one.kind, one.what, one.fields) for one in report.of("changed", "kept", "conflict")}
    assert told == {("level", "changed", ("terms",)), ("case_type", "conflict", ("name_zh",))}
    assert (repair.name_zh, repair.explanation_zh, repair.position) == ("报修", "我们自己的话", 7)
    assert (repair.icon, repair.priority) == ("truck", "high")
    level = Level.objects.get(code="quick")
    terms = Term.objects.filter(version__level=level).order_by("version__number").values_list("days", flat=True)
    assert list(terms) == [2, 3]


def test_what_was_here_before_the_pack_stays_as_it_is(demo: SimpleNamespace, tmp_path: Path) -> None:
    text = (
        SMALL + '\n[[role]]\ncode = "clerk"\nname_zh = "别名"\nname_en = "Other"\nreach = "subtree"\npermissions = []\n'
    )
    report = install_pack(sound_pack(pack(tmp_path / "small", text)), unit=demo.units["city"], by=SYSTEM, at=NOW)
    assert [(one.kind, one.code) for one in report.of("kept")] == [("role", "clerk")]
    assert Role.objects.get(code="clerk").name_zh == "营业员"


def test_an_exported_pack_is_the_same_pack(demo: SimpleNamespace, tmp_path: Path) -> None:
    export_pack(tmp_path / "out", Pack.objects.get(code="utility"))
    reading = read_pack(tmp_path / "out")
    assert [str(fault) for fault in reading.faults] == []
    report = install_pack(reading, unit=demo.units["city"], by=SYSTEM, at=NOW)
    assert [(one.kind, one.code, one.fields) for one in report.of("new", "changed", "conflict")] == []


def test_somebodys_draft_is_never_overwritten(demo: SimpleNamespace, tmp_path: Path) -> None:
    from ruoshui.packs.refusals import DraftInTheWay
    from ruoshui.sla.actions import begin_matrix

    begin_matrix(by=SYSTEM, at=NOW)
    with refused(DraftInTheWay):
        install_pack(sound_pack(pack(tmp_path / "small")), unit=demo.units["city"], by=SYSTEM, at=NOW)
    assert not CaseType.objects.filter(code="repair").exists()


HALL = (
    SMALL.replace("days = 2", 'days = 2\ncalendar_from = "fixed"\ncalendar = "shop"')
    + """
[[calendar]]
code = "shop"
name_zh = "门店"
name_en = "Shop"
holidays = "cn"
hours = { mon = ["09:00-12:00", "13:00-20:00"], sat = ["10:00-00:00"] }

[[service_class]]
code = "vip"
name_zh = "贵宾"
name_en = "VIP"
tier_rank = 2
rank = 1

[[survey]]
code = "after-repair"
name_zh = "维修后"
name_en = "After the repair"
type = "repair"

[[survey.questions]]
name = "score"
kind = "score"
zh = "满意吗？"
en = "Satisfied?"
"""
)


def test_calendars_classes_and_surveys_travel_in_packs(demo: SimpleNamespace, tmp_path: Path) -> None:
    install_pack(sound_pack(pack(tmp_path / "small", HALL)), unit=demo.units["city"], by=SYSTEM, at=NOW)
    calendar = Calendar.objects.get(code="shop")
    assert [(one.weekday, f"{one.opens:%H:%M}", f"{one.closes:%H:%M}") for one in calendar.hours.all()] == [
        (0, "09:00", "12:00"), (0, "13:00", "20:00"), (5, "10:00", "00:00"),
    ]  # fmt: skip
    assert Term.objects.get(version__level__code="quick").calendar == calendar
    assert Survey.objects.get(code="after-repair").type == CaseType.objects.get(code="repair")
    assert ServiceClass.objects.get(code="vip").tier_rank == 2
    export_pack(tmp_path / "out", Pack.objects.get(code="small"))
    report = install_pack(sound_pack(tmp_path / "out"), unit=demo.units["city"], by=SYSTEM, at=NOW)
    assert report.of("new", "changed", "conflict") == []
    longer = HALL.replace("13:00-20:00", "13:00-21:00").replace('version = "1.0"', 'version = "1.1"')
    report = install_pack(sound_pack(pack(tmp_path / "small", longer)), upgrade=True, by=SYSTEM, at=NOW)
    assert [(one.kind, one.fields) for one in report.of("changed")] == [("calendar", ("hours",))]


@pytest.mark.parametrize(
    ("right", "wrong", "words"),
    [
        ('"13:00-20:00"', '"25:00-26:00"', "25:00-26:00"),
        ('calendar = "shop"', "", "A fixed calendar is named"),
        ('kind = "score"', 'kind = "mood"', "mood"),
    ],
)
def test_what_is_wrong_in_them_is_told_by_line(tmp_path: Path, right: str, wrong: str, words: str) -> None:
    faults = read_pack(pack(tmp_path / "small", HALL.replace(right, wrong))).faults
    assert [words in str(fault) for fault in faults] == [True]
    assert faults[0].line > 1


def test_a_pack_kept_by_an_older_version_is_upgraded_without_conflicts_over_fields_it_did_not_know(
    demo: SimpleNamespace, tmp_path: Path
) -> None:
    folder = tmp_path / "small"
    install_pack(sound_pack(pack(folder)), unit=demo.units["city"], by=SYSTEM, at=NOW)
    for one in Pack.objects.get(code="small").things.all():
        for term in one.values.get("terms", []):
            del term["calendar"], term["calendar_from"]
        one.values.pop("position", None)
        one.save()
    newer = SMALL.replace('version = "1.0"', 'version = "1.1"').replace("days = 2", "days = 3")
    report = install_pack(sound_pack(pack(folder, newer)), upgrade=True, by=SYSTEM, at=NOW)
    assert [(one.kind, one.what, one.fields) for one in report.of("changed", "kept", "conflict")] == [
        ("level", "changed", ("terms",))
    ]
