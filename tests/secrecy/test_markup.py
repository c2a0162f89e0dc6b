"""Whatever people write is shown as they wrote it and never becomes a part of a page: every table, every address."""

import re
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import DatabaseError, models, transaction

from ruoshui.cases.models import Case
from ruoshui.cases.models.endings import Override
from ruoshui.core.remembering import forget
from ruoshui.queues.floor import forget_floors
from tests.secrecy.addresses import addresses
from tests.secrecy.bound import bound_models
from tests.secrecy.visitors import Visitor, customer, nobody, person

HOSTILE = "<zq>'\"{{7*7}}"
WORDY = re.compile(
    r"^(name|subject|body|note|remark|reason|text|title|explanation|summary|answer|place|value|category|greeting|comment"
    r"|why|error|file_name|sender_name|label|compensation|self_service|address|about)(s|_zh|_en)?$"
)
NOT_WALKED = ("/static/", "/api/", "/branch/east/staffing", "/readyz")
LEAST_TABLES, LEAST_PAGES = 25, 45  # so that the walk cannot come to nothing unseen


def spoil() -> int:
    """Puts it into every field that holds words, of every table. Returns how many tables took it."""
    taken = 0
    for model in apps.get_models():
        fields = [one.name for one in model._meta.concrete_fields if _holds_words(one)]
        found = [name for name in fields if _took(model, name)]
        taken += bool(found) and model._default_manager.exists()
    for case in Case.objects.all():
        form = dict.fromkeys(case.form, HOSTILE) | {"address": HOSTILE}
        Case.objects.filter(pk=case.pk).update(form=form)
    Override.objects.update(unfinished=[[HOSTILE, HOSTILE]])
    forget()
    forget_floors()
    return taken


def _holds_words(field: models.Field) -> bool:
    if not isinstance(field, models.CharField | models.TextField) or field.choices or field.unique:
        return False
    if isinstance(field, models.URLField | models.EmailField | models.SlugField):
        return False
    return bool(WORDY.match(field.name)) and (field.max_length is None or field.max_length >= len(HOSTILE))


def _took(model: type[models.Model], name: str) -> bool:
    try:
        with transaction.atomic():
            model._base_manager.update(**{name: HOSTILE})
    except DatabaseError:
        return False  # a table that refuses changes, or a word that must be one of its own
    return True


def pages_of(visitor: Visitor, places: dict[str, list[str]]) -> dict[str, str]:
    found = {}
    for filled in places.values():
        for place in filled[:2]:
            if place.startswith(NOT_WALKED):
                continue
            answer = visitor.get(place)
            assert answer.status_code < 500, (visitor.name, place)
            if answer.headers.get("Content-Type", "").startswith("text/html") and not answer.streaming:
                found[place] = answer.content.decode(errors="replace")
    return found


@pytest.mark.parametrize("who", ["admin", "customer", "nobody"])
def test_no_word_of_anybody_becomes_a_part_of_a_page(world: SimpleNamespace, who: str):
    visitor = {"customer": customer, "nobody": nobody}.get(who, lambda world: person(world, who))(world)
    assert bound_models()
    assert spoil() >= LEAST_TABLES
    pages = pages_of(visitor, addresses(world))
    assert [place for place, page in pages.items() if "<zq>" in page] == []
    assert [place for place, page in pages.items() if re.search(r"zq(>|&gt;|\\u003E)\S{0,12}49", page)] == []
    shown = [place for place, page in pages.items() if "&lt;zq&gt;" in page or "\\u003Czq\\u003E" in page]
    assert len(shown) >= (LEAST_PAGES if who == "admin" else 1)
