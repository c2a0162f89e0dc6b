"""Tables to take away: never a formula of whoever opens them, never an error for what was typed; names of files."""

import csv
import io

import openpyxl
import pytest

from ruoshui.cases.files import Upload, checked
from ruoshui.core.file_names import safe_file_name
from ruoshui.web.downloads import download

SIGNS = "=+-@＝＋－＠"
FORMULAS = [
    f"{before}{sign}1+1" for sign in SIGNS for before in ("", " ", "\t", "\n", "\r", "\u3000", "\xa0", "\ufeff")
]


def cells(form: str, texts: list[str]) -> list[str]:
    content = download("t", form, [("a/b[c]:*?", [[text] for text in texts])]).content
    if form == "csv":
        return [row[0] for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))]
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    assert all(row[0].data_type == "s" for row in sheet.iter_rows())
    return [str(row[0].value) for row in sheet.iter_rows()]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_no_cell_is_a_formula(form):
    found = cells(form, FORMULAS)
    assert len(found) == len(FORMULAS)
    assert [text for text in found if not text.startswith("'")] == []


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_every_letter_of_the_first_page_can_be_taken_away(form):
    texts = [f"Meter{chr(code)}box" for code in [*range(0x100), 0xD800, 0xDFFF, 0xFFFE, 0xFFFF]]
    assert cells(form, ["Meter\x07box"]) == ["Meterbox"]
    assert len(cells(form, texts)) == len(texts)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_plain_words_stay_as_they_are(form):
    words = ["若水", "a = b", "3 - 1", "O'Neill", "x" * 300]
    assert cells(form, words) == words


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("a.txt\u202efdp.txt", "a.txtfdp.txt"),
        ("\u2066x\u2069\u200f\u061c.pdf", "x.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\temp\\Rechnung.pdf", "Rechnung.pdf"),
        ("a\x00b\x07\nc.png", "abc.png"),
        ("..", "file"),
        ("  ", "file"),
        ("电费账单.pdf", "电费账单.pdf"),
        ("r" * 300 + ".pdf", "r" * 156 + ".pdf"),
    ],
)
def test_a_name_shows_what_the_file_is(name, safe):
    assert safe_file_name(name) == safe


def test_an_attachment_has_such_a_name():
    assert checked(Upload("bill\u202efdp.txt", b"words"))[0] == "billfdp.txt"
