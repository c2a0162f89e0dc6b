"""Files as people export them: any encoding, separator and kind of sheet, and no row that vanishes."""

import gzip
import re
import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruoshui.replay.encodings import BadTable, decoded
from ruoshui.replay.reading import read_rows, read_table

TEXT = "单号,手机\n71,13700000071\n72,13700000072\n"
ROWS = [(2, {"单号": "71", "手机": "13700000071"}), (3, {"单号": "72", "手机": "13700000072"})]
WANTED = ("单号", "手机")


def written(folder: Path, content: bytes, name: str = "export.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def book(folder: Path, *lines: list[object], name: str = "export.xlsx") -> Path:
    made = openpyxl.Workbook()
    sheet = made.worksheets[0]
    for line in lines:
        sheet.append(line)
    made.save(folder / name)
    return folder / name


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030", "gbk"]
)
def test_a_file_is_read_in_the_encoding_it_was_written_in(tmp_path, encoding):
    assert read_table(written(tmp_path, TEXT.encode(encoding)), WANTED).rows == ROWS


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", "，"])
@pytest.mark.parametrize("wanted", [(), WANTED])
def test_the_separator_is_found_and_shown(tmp_path, separator, wanted):
    table = read_table(written(tmp_path, TEXT.replace(",", separator).encode()), wanted)
    assert (table.rows, table.refused, table.header_line) == (ROWS, [], 1)
    assert ("tab" if separator == "\t" else f"“{separator}”") in table.form


def test_titles_above_the_names_of_the_columns_are_passed_over(tmp_path):
    table = read_table(written(tmp_path, f"一季度投诉,,\n导出时间 2026-03-31\n\n{TEXT}".encode()), WANTED)
    assert table.header_line == 4
    assert [row for _line, row in table.rows] == [row for _line, row in ROWS]


def test_blanks_and_marks_around_names_and_cells_do_not_count(tmp_path):
    assert (
        read_table(written(tmp_path, " 单号\u00a0,手机\u3000\n 71\u200b,13700000071 \n".encode()), WANTED).rows
        == ROWS[:1]
    )


@pytest.mark.parametrize("cut", [1, 2])
def test_a_file_cut_in_its_last_letter_stays_in_its_encoding_and_says_so(tmp_path, cut):
    table = read_table(written(tmp_path, (TEXT + "73,无").encode()[:-cut]), WANTED)
    assert table.rows == ROWS
    assert [(one.line, one.reason.split(",")[0]) for one in table.refused] == [(4, "a letter cannot be read")]


def test_a_damaged_letter_refuses_its_row_and_no_other(tmp_path):
    content = "单号,手机\n71,甲乙丙丁\n72,戊己庚辛\n".encode()
    table = read_table(written(tmp_path, content.replace("己".encode(), b"\xe5\xb7")), WANTED)
    assert [row["手机"] for _line, row in table.rows] == ["甲乙丙丁"]
    assert [one.line for one in table.refused] == [3]


def test_the_authors_own_replacement_letters_are_letters(tmp_path):
    rows = read_table(written(tmp_path, "单号,手机\n71,坏\ufffd字\n".encode()), WANTED).rows
    assert rows == [(2, {"单号": "71", "手机": "坏\ufffd字"})]


@given(st.sets(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=30, max_size=200))
def test_chinese_in_gb18030_is_not_taken_for_utf8(letters):
    text = "".join(letters)
    assert decoded(text.encode("gb18030")) == (text, "gb18030")
    assert decoded(text.encode()) == (text, "utf-8")


def test_more_cells_than_columns_refuse_the_row(tmp_path):
    table = read_table(written(tmp_path, f"{TEXT}73,138,extra\n74\n".encode()), WANTED)
    assert [line for line, _row in table.rows] == [2, 3, 5]
    assert table.rows[-1][1] == {"单号": "74", "手机": ""}
    assert [(one.line, one.reason) for one in table.refused] == [(4, "it has more cells than there are columns")]


def test_a_cell_of_several_lines_is_counted_by_its_first(tmp_path):
    table = read_table(written(tmp_path, '单号,手机\n71,"a\r\nb"\n72,c\n'.encode()), WANTED)
    assert table.rows == [(2, {"单号": "71", "手机": "a\r\nb"}), (4, {"单号": "72", "手机": "c"})]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "there is nothing in it"),
        (b"\n , \n", "there is nothing in it"),
        ('单号,手机\n71,"open\n72,138\n'.encode(), "line 2: a quotation mark opens here and is never closed"),
        ("单号,电话\n71,138\n".encode(), "it has no column “手机”; line 1 has “单号”, “电话”"),
        ("单号,手机,手机\n71,138,139\n".encode(), "column “手机” is there twice"),
        (b"<html><table><tr><td>x</td></tr></table></html>", "it is a web page; open it in a spreadsheet"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0", "it is no text, and no sheet of a kind we know"),
        (b"PK\x03\x04 not a zip", "it is no whole workbook; open it and save it again"),
        (b"\xd0\xcf\x11\xe0 not a book", "it is no whole workbook; open it and save it again"),
        (gzip.compress(TEXT.encode())[:-9], "it was cut off or damaged"),
    ],
)
def test_what_is_no_table_is_refused_in_words(tmp_path, content, why):
    with pytest.raises(BadTable) as refused:
        read_table(written(tmp_path, content), WANTED)
    assert why in str(refused.value)


def test_a_sheet_is_read_whatever_it_says_of_its_own_size(tmp_path):
    """WPS and several exporters write that the sheet is one cell."""
    path = book(tmp_path, ["单号", "手机"], [71, 13700000071], [72, 13700000072])
    small = tmp_path / "small.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(small, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1"', content))
    assert read_table(small, WANTED).rows == ROWS


def test_numbers_and_days_of_a_sheet_are_what_people_see(tmp_path):
    header = ["phone", "float", "day", "moment", "yes", "empty"]
    path = book(
        tmp_path, header, [1.37e10, 2.5, date(2026, 1, 2), datetime(2026, 1, 2, 3, 4), True, None], ["x"]
    )  # fmt: skip
    expected = ["13700000000", "2.5", "2026-01-02 00:00:00", "2026-01-02 03:04:00", "TRUE", ""]
    assert read_table(path).rows[0] == (2, dict(zip(header, expected, strict=True)))


def test_a_number_of_which_the_sheet_lost_digits_is_not_believed(tmp_path):
    table = read_table(book(tmp_path, ["单号", "手机"], [71, 330106199001011234], [72, "330106199001011234"]), WANTED)
    assert table.rows == [(3, {"单号": "72", "手机": "330106199001011234"})]
    assert [one.line for one in table.refused] == [2]


def test_the_first_sheet_that_people_see_is_read(tmp_path):
    made = openpyxl.Workbook()
    made.active.title, made.active.sheet_state = "lists", "hidden"
    made.active.append(["no"])
    for line in (["单号", "手机"], ["71", "13700000071"]):
        (made["visits"] if "visits" in made.sheetnames else made.create_sheet("visits")).append(line)
    made.active = 1
    made.save(tmp_path / "two.xlsx")
    table = read_table(tmp_path / "two.xlsx", WANTED)
    assert (table.form, table.rows) == ("sheet “visits”", ROWS[:1])


def test_the_content_tells_the_kind_and_the_name_does_not(tmp_path):
    sheet = book(tmp_path, ["单号", "手机"], ["71", "13700000071"]).read_bytes()
    assert read_table(written(tmp_path, sheet, "export.csv"), WANTED).rows == ROWS[:1]
    assert read_table(written(tmp_path, TEXT.encode(), "export.xls"), WANTED).rows == ROWS
    assert list(read_rows(written(tmp_path, gzip.compress(TEXT.encode()), "export.txt"))) == ROWS


def test_controls_that_cannot_be_kept_are_left_out(tmp_path):
    assert read_table(written(tmp_path, "单号,手机\n7\x071,13700000071\n".encode()), WANTED).rows == ROWS[:1]


def test_a_length_of_time_in_a_sheet_is_readable(tmp_path):
    assert read_table(book(tmp_path, ["a", "took"], ["x", timedelta(hours=30)])).rows[0][1]["took"] != ""
