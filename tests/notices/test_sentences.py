"""What a notice says is made when it is read, in the reader's language."""

import pytest
from django.utils import translation

from ruoshui.notices import sentences
from ruoshui.notices.sentences import Sentence, say_of, sentence_of, wording_of
from ruoshui.organization.models import Presence
from tests.notices.conftest import KIND

DATA = {"who": ["陈伟", "Chen Wei"], "state": "away", "until_at": "2026-03-04T02:30:00+00:00", "note": None}


@pytest.fixture(autouse=True)
def known(monkeypatch):
    monkeypatch.setattr(sentences, "_sentences", dict(sentences._sentences))
    say_of(
        KIND,
        Sentence(
            "{who} is {state} until {until_at}{note}", "{count} are {state}", icon="bell", labels={"state": Presence}
        ),
    )


def test_names_are_in_the_readers_language_codes_have_their_words_and_moments_are_local(tell):
    notice = tell(data=DATA)
    with translation.override("en"):
        assert sentence_of(notice) == f"Chen Wei is {Presence.AWAY.label} until 03-04 10:30"
    with translation.override("zh-hans"):
        assert sentence_of(notice) == f"陈伟 is {Presence.AWAY.label} until 03-04 10:30"


def test_many_alike_are_told_in_one_sentence(tell):
    notice = tell(data=DATA)
    notice.count = 7
    assert sentence_of(notice) == f"7 are {Presence.AWAY.label}"


def test_many_without_a_sentence_of_their_own_are_told_as_one(tell):
    say_of(KIND, Sentence("{who} asks"))
    notice = tell(data=DATA)
    notice.count = 7
    assert sentence_of(notice) == "Chen Wei asks"


def test_a_code_that_is_no_longer_known_is_said_as_it_stands(tell):
    assert sentence_of(tell(data=DATA | {"state": "on_the_moon"})).startswith("Chen Wei is on_the_moon until")


def test_a_fact_that_was_not_kept_leaves_its_place_empty(tell):
    assert sentence_of(tell(data={})) == " is  until "


def test_a_kind_without_words_is_named_instead_of_failing(tell):
    notice = tell()
    notice.kind = "gone.with_its_domain"
    assert (sentence_of(notice), wording_of(notice).icon) == ("gone.with_its_domain", "bell")


def test_every_kind_says_something_in_both_languages():
    for kind, sentence in sentences._sentences.items():
        if kind == KIND:
            continue
        said = {}
        for language in ("en", "zh-hans"):
            with translation.override(language):
                said[language] = str(sentence.text)
        assert said["en"] != said["zh-hans"], kind
