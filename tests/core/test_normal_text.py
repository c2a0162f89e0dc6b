"""One form for what is stored and for what is asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruoshui.core.asking import words_of
from ruoshui.core.normal_text import BORDER, normal_parts, normal_text, normal_texts, visible


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("户号０５７１８８９９", "户号05718899"),
        ("電費帳單", "电费账单"),
        ("帐单", "账单"),
        ("臺灣銀行櫃檯", "台湾银行柜台"),
        ("裡面", "里面"),
        ("AB-2026-0077", "AB20260077"),
        ("AB 2026/0077", "ab２０２６００７７"),
        ("退款，申请。", "退款申请"),
        ("退款\n申请", "退款申请"),
        ("Müller", "Muller"),
        ("ŁÓDŹ", "lodz"),
        ("Straße", "STRASSE"),
        ("ﬁnance", "finance"),
        ("电\u200b费\ufeff", "电费"),
        ("so\u00adlar", "solar"),
        ("İstanbul", "istanbul"),
        ("㈱日立", "(株)日立"),
        ("ｶﾞｽ", "ガス"),
        ("①②", "12"),
        ("don’t", "dont"),
        ("⽤电", "用电"),
    ],
)
def test_two_ways_to_write_the_same_have_one_form(one, other):
    assert normal_text(one) == normal_text(other) != ""


@pytest.mark.parametrize(
    ("one", "other"), [("want in", "wantin"), ("电费", "电力"), ("1.5", "1.6"), ("Smith", "Smyth"), ("が", "か")]
)
def test_what_is_not_the_same_stays_apart(one, other):
    assert normal_text(one) != normal_text(other)


def test_a_blank_stays_between_words_of_letters_only():
    assert normal_text(" The  first\tbill, of 3 月 2026 kWh ") == "the first bill of3月2026kwh"


def test_several_texts_do_not_run_on():
    assert normal_texts(["AB 12", "", " ", "34", "c"]) == f"ab12{BORDER}34{BORDER}c"


@given(st.text(max_size=60))
def test_the_form_is_its_own_form(text):
    once = normal_text(text)
    assert normal_text(once) == once
    assert BORDER not in once
    assert visible(once) == once


@given(st.text(max_size=60))
def test_the_parts_of_a_text_are_its_form_with_or_without_blanks(text):
    assert "".join(normal_parts(text)) == normal_text(text).replace(" ", "")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("电费  退款", [("电费",), ("退款",)]),
        ("电费　退款 电费", [("电费",), ("退款",)]),
        ('"credit card" 丢失', [("credit", "card"), ("丢失",)]),
        ("“核对 抄表”", [("核对抄表",)]),
        ("「核对抄表」『电表』", [("核对抄表",), ("电表",)]),
        ("＂John Smith＂", [("john", "smith")]),
        ('5" 屏幕', [("5",), ("屏幕",)]),
        ("e-mail", [("e", "mail")]),
        ("138-0013-8999", [("13800138999",)]),
        ("， 。 - \u200b", []),
        ("", []),
    ],
)
def test_words_and_phrases_that_are_asked_for(asked, words):
    assert [word.parts for word in words_of(asked)] == words
