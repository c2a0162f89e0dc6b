"""History through the same verbs: at its times, once, whatever a row looks like."""

import csv
import gzip
import re
from datetime import datetime
from importlib.resources import as_file, files

import openpyxl
import pytest

from ruoshui.cases.models import Case
from ruoshui.core.models import RecordedEvent
from ruoshui.operations.replaying import replay_command
from ruoshui.replay.mapping import read_mapping
from ruoshui.replay.models import ReplayedItem
from ruoshui.reports.loop import loop_report
from ruoshui.sla.models import Clock
from tests.conftest import SHANGHAI


@pytest.fixture
def sample(tmp_path):
    def path(name):
        with as_file(files("ruoshui.replay.samples") / f"{name}.csv") as found:
            copy = tmp_path / f"{name}.csv"
            copy.write_bytes(found.read_bytes())
        return copy

    return path


def play(path, mapping, tmp_path, **options):
    return replay_command(path, mapping, report=tmp_path / "refused.csv", limit=options.get("limit"), jobs=1)


def test_fifty_letters_become_fifty_cases_at_their_times(demo, sample, tmp_path, capsys):
    assert play(sample("citizen_letters"), "citizen_letters", tmp_path) == 0
    cases = Case.objects.filter(source_key__startswith="letters:")
    assert cases.count() == 50
    assert cases.filter(state="closed").count() == 45
    first = cases.get(source_key="letters:9000")
    written = sample("citizen_letters").read_text().splitlines()[1].split(",")[3]
    assert first.opened_at == datetime.strptime(written, "%Y/%m/%d %H:%M:%S").replace(tzinfo=SHANGHAI)
    events = RecordedEvent.objects.filter(about_kind="cases.case", about_id=first.pk).order_by("at", "id")
    assert events.first().at == first.opened_at
    assert events.filter(kind="cases.closed").get().at == first.closed_at
    assert "promised" in capsys.readouterr().out


def test_an_event_log_plays_assignments_pauses_reopenings_and_closings(demo, sample, tmp_path):
    assert play(sample("servicenow_incidents"), "servicenow_incidents", tmp_path) == 0
    cases = Case.objects.filter(source_key__startswith="incidents:")
    kinds = set(
        RecordedEvent.objects.filter(about_kind="cases.case", about_id__in=cases.values("pk")).values_list(
            "kind", flat=True
        )
    )
    assert {
        "cases.opened",
        "cases.queued",
        "cases.assigned",
        "cases.waiting",
        "cases.resumed",
        "cases.resolved",
        "cases.reopened",
        "cases.closed",
    } <= kinds
    assert cases.filter(reopen_count=1).exists()
    assert set(cases.values_list("team__unit__code", flat=True)) == {"it-desk"}


def test_playing_it_twice_doubles_nothing(demo, sample, tmp_path, capsys):
    path = sample("servicenow_incidents")
    play(path, "servicenow_incidents", tmp_path)
    before = (Case.objects.count(), RecordedEvent.objects.count(), Clock.objects.count())
    play(path, "servicenow_incidents", tmp_path)
    assert (Case.objects.count(), RecordedEvent.objects.count(), Clock.objects.count()) == before
    assert "brought in before" in capsys.readouterr().out


def test_an_interrupted_play_goes_on_where_it_stopped(demo, sample, tmp_path):
    path = sample("citizen_letters")
    play(path, "citizen_letters", tmp_path, limit=20)
    assert ReplayedItem.objects.count() == 20
    play(path, "citizen_letters", tmp_path)
    assert Case.objects.filter(source_key__startswith="letters:").count() == 50


def test_later_rows_of_a_known_case_are_played_on_top(demo, sample, tmp_path):
    path = sample("servicenow_incidents")
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:3]))
    play(path, "servicenow_incidents", tmp_path)
    assert Case.objects.get(source_key="incidents:DEMO00001").state == "open"
    path.write_text("".join(lines))
    play(path, "servicenow_incidents", tmp_path)
    assert Case.objects.get(source_key="incidents:DEMO00001").state == "closed"


def test_a_bad_row_is_refused_with_line_and_reason_and_the_rest_goes_on(demo, sample, tmp_path):
    path = sample("citizen_letters")
    lines = path.read_text().splitlines()
    lines[3] = lines[3].replace("2026/", "2026-13-")
    lines[5] = "," + lines[5].split(",", 1)[1]
    path.write_text("\n".join(lines) + "\n")
    assert play(path, "citizen_letters", tmp_path) == 0
    report = (tmp_path / "refused.csv").read_text().splitlines()
    assert [line.split(",")[0] for line in report[1:]] == ["4", "6"]
    assert "is no time of the form" in report[1]
    assert Case.objects.filter(source_key__startswith="letters:").count() == 48


def test_an_unknown_state_is_refused_rather_than_guessed(demo, sample, tmp_path):
    path = sample("servicenow_incidents")
    path.write_text(path.read_text().replace(",Resolved,", ",Vanished,", 1))
    play(path, "servicenow_incidents", tmp_path)
    assert "Vanished" in (tmp_path / "refused.csv").read_text()


def test_gzip_gb18030_and_xlsx_are_read_alike(demo, sample, tmp_path):
    path = sample("citizen_letters")
    text = path.read_text()
    zipped = tmp_path / "letters.csv.gz"
    zipped.write_bytes(gzip.compress(text.encode("gb18030")))
    assert play(zipped, "citizen_letters", tmp_path, limit=5) == 0
    book = openpyxl.Workbook()
    for line in text.splitlines():
        book.active.append(line.split(","))
    book.save(tmp_path / "letters.xlsx")
    assert play(tmp_path / "letters.xlsx", "citizen_letters", tmp_path, limit=10) == 0
    assert Case.objects.filter(source_key__startswith="letters:").count() == 10


@pytest.mark.parametrize("text", ["", "source = 'x'", "[[["])
def test_a_mapping_that_cannot_be_used_says_why(demo, sample, tmp_path, capsys, text):
    mapping = tmp_path / "bad.toml"
    mapping.write_text(text)
    assert play(sample("citizen_letters"), str(mapping), tmp_path) == 1
    assert "cannot be used" in capsys.readouterr().err


def test_the_report_adds_up(demo, sample, tmp_path):
    play(sample("citizen_letters"), "citizen_letters", tmp_path)
    report = loop_report("letters")
    assert (report.cases, report.closed, report.reopened) == (50, 45, 0)
    for kept in report.promises:
        assert kept.promised == kept.kept + kept.broken + kept.running == 50
    assert sum(unit.cases for unit in report.late_by_unit) == 50


def accounted(text: str) -> dict[str, int]:
    """What the line that accounts for the rows says: {"rows": 50, "taken": 48, …}."""
    line = next(line for line in text.splitlines() if line.startswith("  rows "))
    return {name.strip(): int(count) for name, count in re.findall(r"([a-z ]+) (\d+)", line)}


def test_every_row_is_taken_refused_or_repeated(demo, sample, tmp_path, capsys):
    path = sample("citizen_letters")
    lines = path.read_text().splitlines()
    lines[3] = lines[3].replace("2026/", "2026-13-")  # no moment
    lines[5] = "," + lines[5].split(",", 1)[1]  # no key
    lines[7] = lines[7].replace("2026/", "2036/")  # not yet
    lines += [lines[1], lines[2], lines[2]]
    path.write_text("\n".join(lines) + "\n")
    assert play(path, "citizen_letters", tmp_path) == 0
    assert accounted(capsys.readouterr().out) == {"rows": 53, "taken": 47, "refused": 3, "repeated": 3}
    report = [line.split(",", 1) for line in (tmp_path / "refused.csv").read_text().splitlines()[1:]]
    assert [int(line) for line, _reason in report] == [4, 6, 8, 52, 53, 54]
    assert "in the future" in report[2][1]
    assert report[5][1] == "repeated: “9001” is in line 3 already"
    assert Case.objects.filter(source_key__startswith="letters:").count() == 47


def test_what_was_brought_in_before_and_what_is_left_are_accounted_for(demo, sample, tmp_path, capsys):
    path = sample("citizen_letters")
    play(path, "citizen_letters", tmp_path, limit=20)
    assert accounted(capsys.readouterr().out) == {
        "rows": 50, "taken": 20, "refused": 0, "repeated": 0, "left for later": 30,
    }  # fmt: skip
    play(path, "citizen_letters", tmp_path)
    assert accounted(capsys.readouterr().out) == {
        "rows": 50, "taken": 30, "refused": 0, "repeated": 0, "brought in before": 20,
    }  # fmt: skip


def test_how_a_file_was_read_is_shown(demo, sample, tmp_path, capsys):
    path = sample("citizen_letters")
    text = path.read_text()
    path.write_bytes(("Export,,\n" + text).replace(",", ";").encode("utf-16"))
    play(path, "citizen_letters", tmp_path, limit=1)
    first = capsys.readouterr().out.splitlines()[0]
    assert "UTF-16, separated by “;”; columns in line 2:" in first


def test_a_column_the_mapping_needs_and_the_file_lacks_is_named_and_nothing_is_brought_in(
    demo, sample, tmp_path, capsys
):
    path = sample("citizen_letters")
    header, rest = path.read_text().split("\n", 1)
    path.write_text(header.replace(header.split(",")[1], "nobody") + "\n" + rest)
    before = Case.objects.count()
    assert play(path, "citizen_letters", tmp_path) == 1
    assert "it has no column" in capsys.readouterr().err
    assert Case.objects.count() == before


@pytest.mark.parametrize("key", ["1.38E+10", "x" * 200])
def test_a_key_that_is_no_longer_whole_is_refused(demo, sample, tmp_path, key):
    path = sample("citizen_letters")
    lines = path.read_text().splitlines()
    lines[1] = key + "," + lines[1].split(",", 1)[1]
    path.write_text("\n".join(lines) + "\n")
    play(path, "citizen_letters", tmp_path)
    assert [line.split(",")[0] for line in (tmp_path / "refused.csv").read_text().splitlines()[1:]] == ["2"]


def test_days_of_a_sheet_are_moments(demo, sample, tmp_path):
    book = openpyxl.Workbook()
    for number, line in enumerate(csv.reader(sample("citizen_letters").read_text().splitlines())):
        cells: list[object] = list(line)
        if number:
            cells[3] = datetime.strptime(line[3], "%Y/%m/%d %H:%M:%S")
        book.active.append(cells)
    book.save(tmp_path / "letters.xlsx")
    assert play(tmp_path / "letters.xlsx", "citizen_letters", tmp_path, limit=5) == 0
    first = next(csv.reader(sample("citizen_letters").read_text().splitlines()[1:2]))
    opened = Case.objects.get(source_key=f"letters:{first[0]}").opened_at
    assert opened == datetime.strptime(first[3], "%Y/%m/%d %H:%M:%S").replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize("text", ["0026-03-04 10:00:00", "1900-01-00 00:00:00", "1899-12-31 00:00:00"])
def test_an_empty_date_of_a_sheet_is_no_moment(text):
    with pytest.raises(ValueError, match=r"is before 1970|is no time of the form"):
        read_mapping("citizen_letters").moment(text)
