"""Mapping files: what is wrong is said with its place; spoilt ones are refused, never an error."""

import random
from importlib.resources import files

import pytest

from ruoshui.replay.mapping import BadMapping, mapping_from, read_mapping
from tests.mutating import spoilt

SHIPPED = {name: (files("ruoshui.replay.mappings") / f"{name}.toml").read_text(encoding="utf-8") for name in ("citizen_letters", "servicenow_incidents")}  # fmt: skip
GOOD = SHIPPED["citizen_letters"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('source = "letters"', "source = 7", "“source” is not of the right kind"),
        ('source = "letters"', "", "“source” is missing"),
        ('shape = "letters"', 'shape = "round"', "shape is one of letters, event_log"),
        ('zone = "Asia/Shanghai"', 'zone = "Asia/Nowhere"', "there is no time zone “Asia/Nowhere”"),
        ('zone = "Asia/Shanghai"', 'zone = "../etc/passwd"', "there is no time zone “../etc/passwd”"),
        ('zone = "Asia/Shanghai"', 'zone = ""', "there is no time zone “”"),
        ('missing = [""]', "missing = [1]", "“missing” is not of the right kind"),
        ('"%Y-%m-%d %H:%M:%S"]', '"%Y %Y"]', "“%Y %Y” is no form of a time"),
        ('"%Y-%m-%d %H:%M:%S"]', '"%Q"]', "“%Q” is no form of a time"),
        ('subject = "留言主题"', "subject = []", "“columns” is not of the right kind"),
        ('key = "留言编号"', "", "“columns.key” is missing"),
        ('source = "letters"', 'source = "a\\u0007"', "source: “a␇” holds a control character"),
        ('source = "letters"', "source = [", "Invalid"),
    ],
)
def test_what_is_wrong_is_said(old: str, new: str, told: str):
    assert old in GOOD
    with pytest.raises(BadMapping) as info:
        mapping_from(GOOD.replace(old, new, 1))
    assert told in str(info.value)


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path):
    (tmp_path / "a.toml").write_bytes(b"\xff\xfe")
    for name in ("nowhere", str(tmp_path), str(tmp_path / "a.toml"), "a\x00b", "../x"):
        with pytest.raises(BadMapping):
            read_mapping(name)


def walk(seeds: range) -> int:
    read = 0
    for seed in seeds:
        chance = random.Random(seed)
        try:
            mapping = mapping_from(spoilt(chance.choice(list(SHIPPED.values())), chance))
        except BadMapping as refusal:
            str(refusal).encode()
            continue
        read += 1
        for text in ("2026-03-04 10:00:00", "04/03/2026 10:00", "", "9999/99/99", "0001/01/01 00:00"):
            try:
                mapping.moment(text)
            except ValueError:
                continue
    return read


def test_a_spoilt_one_is_read_or_refused():
    assert 0 < walk(range(400)) < 400


@pytest.mark.slow
def test_so_are_ten_thousand():
    assert walk(range(1000, 11_000)) > 0
