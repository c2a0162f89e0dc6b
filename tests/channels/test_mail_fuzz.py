"""Ten thousand spoilt mails: each is kept, read to the end, and gives only what can be stored."""

import time

import pytest

from ruoshui.cases.actions import take_new_letters
from ruoshui.channels.actions import receive_letter
from ruoshui.channels.mail.automatic import machine_of
from ruoshui.channels.mail.letters import read_letter
from ruoshui.channels.mail.reading import packed, unpacked
from ruoshui.channels.mail.trust import judge
from ruoshui.channels.models import LetterIn
from tests.channels.mutations import samples, spoilt
from tests.channels.test_hostile_mail import is_storable
from tests.conftest import NOW
from tests.speed import slowness


def look_at(number):
    raw = spoilt(number)
    letter = read_letter(raw)
    assert is_storable(letter), number
    assert unpacked(packed(letter)) == letter, number
    machine_of(letter)
    judge(letter, server="mx.bank.example", blocked_hosts=["evil.example"])


def test_the_sound_ones_are_read_whole():
    letters = [read_letter(raw) for raw in samples()]
    assert all(letter.sender and (letter.text or letter.parts) for letter in letters)
    assert letters[5].returned == ("ours@bank.example",)


def test_the_same_number_spoils_the_same_way_and_another_in_another():
    made = [spoilt(number).partition(b"Message-ID")[0] for number in range(200)]
    assert len(set(made)) > 150


def test_hundreds_of_spoilt_mails_are_read_and_can_be_stored():
    begun = time.process_time()
    for number in range(600):
        look_at(number)
    assert time.process_time() - begun < 10 * slowness()


@pytest.mark.slow
def test_ten_thousand_spoilt_mails_are_read_and_can_be_stored():
    for number in range(10_000):
        look_at(number)


def _taken_in(mailbox, numbers):
    for number in numbers:
        receive_letter(mailbox, spoilt(number), at=NOW)
    take_new_letters(NOW)
    left = LetterIn.objects.exclude(state__in=("done", "ignored", "held", "quarantined"))
    assert list(left.values_list("state", "reasons")) == []


def test_spoilt_mails_are_taken_in_to_the_last(mailbox):
    _taken_in(mailbox, range(60))


@pytest.mark.slow
def test_two_thousand_spoilt_mails_are_taken_in_to_the_last(mailbox):
    _taken_in(mailbox, range(2000))
