"""How public histories are read into events, on a few made-up rows; and the figures on the real ones where they are."""

import gzip

import pytest

from bench.science.delay import measure_bank, watch_calls
from ruoshui.replay.bank import read_calls
from ruoshui.replay.offices import read_offices
from ruoshui.replay.reading import RefusedRow
from tests.service_science.shared import shared

CALLS = """vru+line\tcall_id\tcustomer_id\tpriority\ttype\tdate\tvru_entry\tvru_exit\tvru_time\tq_start\tq_exit\tq_time\toutcome\tser_start\tser_exit\tser_time\tserver
A\t1\t0\t0\tPS\t990102\t9:00:00\t9:00:05\t5\t0:00:00\t0:00:00\t0\tAGENT\t9:00:05\t9:02:05\t120\tANN
A\t2\t7\t2\tPS\t990102\t9:00:10\t9:00:20\t10\t9:00:20\t9:02:05\t105\tAGENT\t9:02:05\t9:03:00\t55\tANN
A\t3\t8\t1\tNW\t990102\t9:00:30\t9:00:40\t10\t9:00:40\t9:01:40\t60\tHANG\t0:00:00\t0:00:00\t0\tNO_SERVER
A\t4\t8\t1\tNW\t990102\t9:00:30\t9:00:40\t10\t9:00:40\t9:01:40\t60\tPHANTOM\t0:00:00\t0:00:00\t0\tNO_SERVER
A\t5\t8\t1\tNW\t990102\t9:00:30\t9:00:40\t10\t0:00:00\t0:00:00\t0\tHANG\t0:00:00\t0:00:00\t0\tNO_SERVER
"""

SNAPSHOTS = """name,idGrupy,date,time,liczbaKlwKolejce,aktualnyNumer,liczbaCzynnychStan,czasObslugi,status
North,7,2020-01-08,08:00,1,A004,2,10,1
North,7,2020-01-08,08:05,3,A005,2,10,1
North,7,2020-01-08,08:10,1,A007,2,10,1
North,7,2020-01-08,08:15,1,A007,1,10,1
North,7,2020-01-09,08:00,0,A000,1,10,1
"""


def pack(path, text):
    with gzip.open(path, "wt", encoding="utf-8") as out:
        out.write(text)


def test_calls_become_events_in_order_of_time(tmp_path):
    pack(tmp_path / "january.txt.gz", CALLS)
    begin = 86400 + 9 * 3600
    found = [(call.at - begin, call.what, call.key) for call in read_calls(tmp_path, ("january",))]
    assert found == [
        (5, "joined", 0), (5, "began", 0), (20, "joined", 1), (40, "joined", 2), (100, "gone", 2), (125, "ended", 0),
        (125, "began", 1), (180, "ended", 1),
    ]  # fmt: skip
    queued = watch_calls(read_calls(tmp_path, ("january",)))
    assert [(one.kind, one.wait, one.served, one.last_wait) for one in queued] == [
        ("PS2", 105.0, True, 0.0),
        ("NW1", 60.0, False, 0.0),
    ]


def test_damaged_lines_of_a_call_log_are_named_and_the_rest_is_read(tmp_path):
    lines = CALLS.splitlines()
    short, odd = "A\t6\t7", lines[2].replace("PS", "QQ")
    times = lines[2].replace("9:02:05\t9:03:00", "9:02:65\t9:03:00")
    pack(tmp_path / "january.txt.gz", "\n".join([*lines[:3], short, odd, times, "\0\0", *lines[3:]]) + "\n")
    pack(tmp_path / "whole.txt.gz", CALLS)
    refused: list[RefusedRow] = []
    found = read_calls(tmp_path, ("january",), refused=refused)
    told = [(call.at, call.what, call.server) for call in found]
    assert told == [(call.at, call.what, call.server) for call in read_calls(tmp_path, ("whole",))]
    assert [row.line for row in refused] == [4, 5, 6, 7]
    assert refused[1].reason == "january.txt.gz: “QQ2” is no kind of call"
    assert refused[2].reason == "january.txt.gz: “9:02:65” is no time of a day"


def test_a_hole_in_collection_is_not_counted_as_waiting(tmp_path):
    """Who waited before it may have been served in it: they are seen no longer, from the last snapshot on."""
    lines = SNAPSHOTS.splitlines()
    later = "North,7,2020-01-08,09:45,2,A008,2,10,1\nNorth,7,2020-01-08,09:50,2,A009,2,10,1"
    pack(tmp_path / "snapshots_one.csv.gz", "\n".join([*lines[:3], later]) + "\n")
    rows = read_offices(tmp_path)["North"]["7"]
    told = [((seen.at - rows[0].at) / 60, seen.what, seen.number) for seen in rows if seen.what != "open"]
    assert told == [
        (5, "joined", "1-6"), (5, "joined", "1-7"), (5, "joined", "1-8"),
        (5, "gone", "1-6"), (5, "gone", "1-7"), (5, "gone", "1-8"), (110, "joined", "2-11"),
    ]  # fmt: skip


def test_damaged_snapshots_are_named_and_the_rest_is_read(tmp_path):
    lines = SNAPSHOTS.splitlines()
    broken = [
        "North,7,2020-01-08,08:02",
        "North,7,2020-13-08,08:03,1,A004,2,10,1",
        "North,7,2020-01-08,08:04,x,A4,2,10,1",
    ]
    pack(tmp_path / "snapshots_one.csv.gz", "\n".join([*lines[:2], *broken, *lines[2:]]) + "\n")
    (tmp_path / "whole").mkdir()
    pack(tmp_path / "whole/snapshots_one.csv.gz", SNAPSHOTS)
    refused: list[RefusedRow] = []
    assert read_offices(tmp_path, refused=refused) == read_offices(tmp_path / "whole")
    assert [row.line for row in refused] == [3, 4, 5]


def test_snapshots_become_the_customers_they_count(tmp_path):
    pack(tmp_path / "snapshots_one.csv.gz", SNAPSHOTS)
    rows = read_offices(tmp_path)["North"]["7"]
    begin = rows[0].at
    told = [((seen.at - begin) / 60, seen.what, seen.number) for seen in rows if seen.what != "open"]
    assert told == [
        (5, "joined", "1-6"), (5, "joined", "1-7"), (5, "joined", "1-8"), (10, "began", "1-6"), (10, "began", "1-7"),
        (15, "ended", "1-6"), (15, "gone", "1-8"), (15, "ended", "1-7"),
    ]  # fmt: skip
    assert [seen.own for seen in rows if seen.what == "joined"] == [900.0] * 3


def test_on_the_calls_of_the_bank_waits_and_promises_are_as_good_as_said():
    figures = measure_bank(watch_calls(read_calls(shared("anonbank"))))
    assert figures.rmse <= 0.65
    assert figures.mae <= 0.64
    assert figures.kept == pytest.approx(0.9, abs=0.01)
    assert figures.pinball <= 14.0
    assert all(0.88 <= kept <= 0.92 for kept, _number in figures.groups.values())
