"""Forms: a closed list of keywords, nothing fetched, nothing slow, every fault named by field and keyword."""

import json
import time

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ruoshui.cases.form_answers import form_errors
from ruoshui.cases.form_rules import check_form_schema, faults_of, sound_form
from ruoshui.cases.models import Case, CaseType
from ruoshui.cases.schemas import fields_of, from_post, with_order
from ruoshui.core.actors import SYSTEM
from ruoshui.core.configuring import configure
from ruoshui.core.refusals import Invalid
from ruoshui.packs.shipped import shipped_packs
from ruoshui.processes.actions import begin_template, set_template
from ruoshui.processes.actions.templating import faults
from tests.conftest import NOW, refused


def form(**field):
    return {"type": "object", "properties": {"a": {"type": "string", **field}}}


def wrong(schema):
    return [(name, keyword) for name, keyword, _why in faults_of(schema)]


@pytest.mark.parametrize(
    ("schema", "found"),
    [
        (form(**{"$ref": "http://127.0.0.1:1/secret.json"}), [("a", "$ref")]),
        (form(**{"$ref": "file:///etc/hostname"}), [("a", "$ref")]),
        (form(**{"$dynamicRef": "#"}), [("a", "$dynamicRef")]),
        (form(allOf=[{"pattern": "a"}]), [("a", "allOf")]),
        ({**form(), "$ref": "#"}, [("", "$ref")]),
        ({**form(), "patternProperties": {"^(a+)+$": {}}}, [("", "patternProperties")]),
        ({**form(), "$id": "http://127.0.0.1:1/"}, [("", "$id")]),
        ({**form(), "additionalProperties": True}, [("", "additionalProperties")]),
        ({**form(), "required": ["b"]}, [("", "required")]),
        ({**form(), "required": [{}]}, [("", "required")]),
        ({**form(), "x-order": 7}, [("", "x-order")]),
        (form(**{"x-options-en": 7}), [("a", "x-options-en")]),
        (form(type="object"), [("a", "type")]),
        (form(type=["string", "null"]), [("a", "type")]),
        (form(enum=[]), [("a", "enum")]),
        (form(enum=["x", "x"]), [("a", "enum")]),
        (form(enum=[{}]), [("a", "enum")]),
        (form(enum=["x"] * 301), [("a", "enum")]),
        (form(enum=[1]), [("a", "enum")]),
        (form(format="uri-template"), [("a", "format")]),
        (form(pattern="^(?=a)"), [("a", "pattern")]),
        (form(pattern="(a)\\1"), [("a", "pattern")]),
        (form(pattern="("), [("a", "pattern")]),
        (form(pattern="((a{1,30}){1,30}){1,30}"), [("a", "pattern")]),
        (form(pattern="a" * 201), [("a", "pattern")]),
        (form(pattern=7), [("a", "pattern")]),
        (form(maxLength=-1), [("a", "maxLength")]),
        (form(maxLength=True), [("a", "maxLength")]),
        (form(maxLength=10_001), [("a", "maxLength")]),
        (form(minLength=5, maxLength=4), [("a", "maxLength")]),
        (form(minimum=1), [("a", "minimum")]),
        (form(type="number", minimum="1"), [("a", "minimum")]),
        (form(type="number", minimum=float("nan")), [("a", "minimum")]),
        (form(type="number", maximum=1e300), [("a", "maximum")]),
        (form(type="number", minimum=2, maximum=1), [("a", "maximum")]),
        (form(title="x" * 1001), [("a", "title")]),
        (form(title={}), [("a", "title")]),
        (form(**{"x-multiline": "yes"}), [("a", "x-multiline")]),
        (form(**{"x-else": 1}), [("a", "x-else")]),
        ({"type": "object", "properties": {"a b": {"type": "string"}}}, [("a b", "properties")]),
        ({"type": "object", "properties": {"a": []}}, [("a", "properties")]),
        ({"type": "object", "properties": []}, [("", "properties")]),
        ({"type": "object", "properties": {f"a{i}": {"type": "string"} for i in range(101)}}, [("", "properties")]),
        ({"type": "array"}, [("", "type")]),
        ([], [("", "type")]),
        ("x", [("", "type")]),
    ],
)
def test_what_is_not_on_the_list_is_named_by_field_and_keyword(schema, found):
    assert wrong(schema) == found


@pytest.mark.parametrize(("language", "word"), [("en", "forms do not know this keyword"), ("zh-hans", "表单不支持")])
def test_a_form_with_a_reference_is_not_saved_in_the_settings(demo, language, word):
    with translation.override(language), refused(Invalid) as info:
        configure(demo.types["billing"], {"form": form(**{"$ref": "http://127.0.0.1:1/"})}, by=SYSTEM, at=NOW)
    (said,) = info.value.errors["form"]
    assert said.startswith("a · $ref: ")
    assert word in said


def test_nor_in_a_template(demo):
    begin_template(demo.types["outage"], by=SYSTEM, at=NOW)
    parts = {"forms": {"application": form(**{"$ref": "#"})}}
    found = faults(set_template(demo.types["outage"].template, parts, by=SYSTEM, at=NOW))
    assert [(part, place, text.split(":")[0]) for part, place, text in found] == [("forms", "application", "a · $ref")]


def test_every_form_that_ships_keeps_to_the_list(demo):
    assert {code: wrong(type.form) for code, type in demo.types.items() if type.form and wrong(type.form)} == {}


def test_so_does_every_form_of_a_shipped_pack():
    forms = [json.loads(path.read_text()) for path in shipped_packs().rglob("forms/*.json")]
    assert len(forms) > 10
    assert [one for one in forms if wrong(one)] == []


def published(type, schema):
    """As one that was saved before the list was there."""
    CaseType.objects.filter(pk=type.pk).update(form=schema)


@pytest.mark.parametrize(
    "bad",
    [
        {"$ref": "http://127.0.0.1:1/secret.json"},
        {"$ref": "file:///etc/hostname"},
        {"$ref": "#"},
        {"$ref": "#/nowhere"},
        {"pattern": "("},
        {"maxLength": "x"},
        {"format": []},
        {"enum": {}},
        {"x-options-en": 7},
        {"title": 7},
        {"type": "object"},
    ],
    ids=str,
)
def test_a_form_from_before_is_shown_and_used_without_what_is_not_on_it(client, demo, bad):
    published(demo.types["outage"], {"type": "object", "x-order": 3, "properties": {"a": {"type": "string", **bad}}})
    sent = {"subject": "停电", "name": "沈佳", "phone": "13800001111", "form_a": "东湖路"}
    assert 'name="form_a"' in client.get("/new/outage").content.decode()
    assert client.post("/new/outage", sent).status_code == 302
    assert Case.objects.get().form == {"a": "东湖路"}


def test_the_rest_of_such_a_field_still_counts(demo):
    schema = form(**{"$ref": "#", "maxLength": 3})
    assert form_errors(schema, {"a": "long"}) == {"a": ["a: at most 3 characters."]}


EVIL = ["^(a+)+$", "(a|a)*$", "(.*a){20}b$", "(a|b|ab){1,1000}c", "(?:x?){50}x{50}y", "(\\w+\\s?){1,200}$"]


@pytest.mark.parametrize("pattern", EVIL)
def test_no_pattern_takes_long(pattern):
    begin = time.process_time()
    for text in ("a" * 33 + "!", "a" * 999 + "!", "ab" * 500, "a" * 10_000):
        form_errors(form(pattern=pattern), {"a": text})
    assert time.process_time() - begin < 2


@pytest.mark.parametrize("text", ["nan", "NaN", "inf", "-Infinity", "1e400", "9" * 400, "1_0", "٣", "²", "1,000", "0x1f", "1e999999999"])  # fmt: skip
@pytest.mark.parametrize("kind", ["number", "integer"])
def test_what_is_no_finite_number_is_refused_with_the_name_of_its_field(client, demo, kind, text):
    client.cookies["django_language"] = "en"
    field = {"type": kind, "title": "金额", "x-title-en": "Amount"}
    published(demo.types["outage"], {"type": "object", "properties": {"amount": field}})
    sent = {"subject": "停电", "name": "沈佳", "phone": "13800001111", "form_amount": text}
    response = client.post("/new/outage", sent)
    page = response.content.decode()
    assert response.status_code == 422
    assert f"Amount: this must be a {'whole ' if kind == 'integer' else ''}number." in page
    assert Case.objects.count() == 0


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ({"type": "integer"}, 1.5, "this must be a whole number."),
        ({"type": "integer"}, True, "this must be a whole number."),
        ({"type": "number"}, "1", "this must be a number."),
        ({"type": "number"}, float("inf"), "this must be a number."),
        ({"type": "number"}, 1e19, "this number is too large."),
        ({"type": "number", "minimum": 2}, 1, "at least 2."),
        ({"type": "number", "maximum": 2}, 3, "at most 2."),
        ({"type": "number", "exclusiveMinimum": 0}, 0, "more than 0."),
        ({"type": "number", "exclusiveMaximum": 9}, 9, "less than 9."),
        ({"type": "boolean"}, "yes", "this must be a yes or no."),
        ({"type": "string"}, 1, "this must be a text."),
        ({"type": "string"}, "x" * 10_001, "at most 10000 characters."),
        ({"type": "string", "minLength": 3}, "ab", "at least 3 characters."),
        ({"type": "string", "enum": ["x", "y"]}, "z", "choose one of the options."),
        ({"type": "string", "pattern": "^[0-9]{6}$"}, "12345\n", "this does not look right; check the spelling."),
        ({"type": "string", "format": "date"}, "2026-02-30", "this does not look right; check the spelling."),
        ({"type": "string", "format": "date"}, "20260201", "this does not look right; check the spelling."),
        ({"type": "string", "format": "email"}, "a b@c", "this does not look right; check the spelling."),
    ],
)
def test_each_keyword_says_what_is_wrong(field, value, why):
    schema = {"type": "object", "properties": {"a": field}}
    check_form_schema(schema)
    assert form_errors(schema, {"a": value}) == {"a": [f"a: {why}"]}


def test_right_answers_are_right():
    schema = {
        "type": "object",
        "required": ["n"],
        "properties": {
            "n": {"type": "integer", "minimum": 1, "maximum": 3, "enum": [1, 2]},
            "x": {"type": "number", "exclusiveMinimum": 0},
            "d": {"type": "string", "format": "date"},
            "e": {"type": "string", "format": "email", "pattern": "example"},
            "b": {"type": "boolean"},
        },
    }
    check_form_schema(schema)
    posted = {"n": "2", "x": ".5", "d": "2026-02-28", "e": "xu@example.com", "b": "on"}
    assert form_errors(schema, from_post(schema, posted)) == {}
    assert form_errors(schema, {"x": 1}) == {"n": ["n: please fill this in."]}
    assert form_errors(schema, {"n": 1, "zz": 1}) == {"form": ["there is a field the form does not have."]}
    assert form_errors(schema, []) == {"form": ["this must be a set of fields."]}


words = st.text(max_size=8)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)
KEYWORDS = ["type", "title", "enum", "x-options-en", "format", "pattern", "minLength", "maxLength", "minimum", "maximum", "x-multiline", "$ref", "items"]  # fmt: skip
VALUES = anything | st.sampled_from(["string", "number", "integer", "boolean", "date", "^(a+)+$", "(", "#"])
fields = st.dictionaries(st.sampled_from(KEYWORDS), VALUES, max_size=6)
schemas = anything | st.fixed_dictionaries(
    {"type": st.just("object") | anything},
    optional={
        "properties": st.dictionaries(words | st.just("a"), fields | anything, max_size=4) | anything,
        "required": st.lists(words | st.just("a")) | anything,
        "x-order": st.lists(words | st.just("a")) | anything,
        "$ref": VALUES,
    },
)


def walk(schema, answers):
    """What every screen does with a form."""
    list(faults_of(schema))
    sound = sound_form(with_order(schema))
    assert sound == {} or next(faults_of(with_order(sound)), ("", "properties"))[1] == "properties"
    [str(field) for field in fields_of(sound)]
    from_post(sound, {"a": "1"})
    for texts in form_errors(sound, answers).values():
        assert all(isinstance(text, str) for text in texts)
    if list(faults_of(schema)):
        with pytest.raises(ValidationError):
            check_form_schema(schema) if schema != {} else check_form_schema([])


@settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(schemas, anything)
def test_no_form_and_no_answer_ends_in_an_error(schema, answers):
    walk(schema, answers)


@pytest.mark.slow
@settings(max_examples=20_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(schemas, anything)
def test_none_of_twenty_thousand_either(schema, answers):
    walk(schema, answers)


TWO = {
    "type": "object",
    "properties": {
        "account": {"type": "string", "title": "户号", "x-title-en": "Account"},
        "amount": {"type": "number", "title": "金额", "x-title-en": "Amount"},
    },
    "required": ["account", "amount"],
}


def test_of_several_fields_left_empty_each_says_so_itself():
    assert form_errors(TWO, {}) == {
        "account": ["Account: please fill this in."],
        "amount": ["Amount: please fill this in."],
    }


@pytest.mark.parametrize(
    ("kind", "said"),
    [("number", "应为数字。"), ("integer", "应为整数。"), ("string", "应为文字。"), ("boolean", "应为“是”或“否”。")],
)
def test_chinese_readers_are_told_what_kind_of_answer_is_wanted(kind, said):
    value = 1 if kind == "string" else "x"
    schema = {"type": "object", "properties": {"amount": {"type": kind, "title": "金额"}}}
    with translation.override("zh-hans"):
        assert form_errors(schema, {"amount": value}) == {"amount": [f"金额: {said}"]}
