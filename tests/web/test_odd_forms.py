"""Every form of every page, every field with something odd in it: refused in words or taken, never an error."""

import pytest
from django.db import transaction

from tests.api.test_bounds import FAR, far_rows
from tests.web.forms import Form, plain

ODD = {
    "number": ["nan", "inf", "1e400", "9" * 400, "-1e308", "²", "1e-400", "-1"],
    "date": ["0001-01-01", "9999-12-31", "0377-05-05", "1990-01-01", "2026-02-30", "nan"],
    "datetime-local": [
        "0001-01-01T00:00", "0001-01-01T00:00+14:00", "9999-12-31T23:59", "9999-12-31T23:59-14:00", "0377-05-05T09:00",
        "1990-01-01T00:00", "2000-01-01T00:00", "2040-01-01T00:00", "2026-03-04T25:00", "2026-03-05T09:00+23:59",
    ],
    "time": ["22:00:00Z", "22:00+08:00", "24:00", "x"],
    "select": ["x" * 50, "9" * 30, "-1", "²"],
    "radio": ["x" * 50, "9" * 30],
    "hidden": ["https://elsewhere.example/", "//elsewhere.example", "zq text", "9" * 30, "nan"],
    "text": ["1e999999999", "x" * 3000, "22:00:00Z", "\u202e"],
    "textarea": ['{"a": NaN}', '{"a": "\\u0000"}', "[" * 5000, "x" * 120_000],
}  # fmt: skip
NOT_SENT = ("csrfmiddlewaretoken",)
# Leads away on purpose, or signs the client out.
NOT_TRIED = ("/work/sign-out", "/language/", "/work/sign-in")


# What lies far away in the demo, or may.
KNOWN = FAR | {("organization_holiday", "date")}


class Undone(Exception): ...


def sent(client, form: Form, field: str, value: str) -> str:
    """What is wrong with the answer; empty when nothing is. All is undone."""
    told = ""
    data = {name: list(values) for name, values in form.fields.items() if name not in NOT_SENT} | {field: [value]}
    try:
        with transaction.atomic():
            response = client.post(form.action, data, headers={"referer": f"http://testserver{form.page}"})
            if response.status_code >= 500:
                told = str(response.status_code)
            elif not response.get("Location", "/").startswith("/") or response.get("Location", "").startswith("//"):
                told = f"led to {response['Location']}"
            elif kept := far_rows() - KNOWN if form.kinds.get(field) in ("date", "datetime-local") else set():
                told = f"kept a far moment: {sorted(kept)}"
            elif client.get(form.page).status_code >= 500:
                told = "the page is broken from now on"
            raise Undone
    except Undone:
        return told
    except Exception as wrong:
        return f"{type(wrong).__name__}: {wrong}"[:200]


def tries(forms: list[Form]):
    """Each kind of field once for each kind of form."""
    for form in forms:
        if form.action.startswith(NOT_TRIED):
            continue
        done = set()
        for field, kind in form.kinds.items():
            if plain(field) not in done and field not in NOT_SENT:
                done.add(plain(field))
                yield form, field, kind


def walk(client, forms: list[Form], how_many) -> dict[str, str]:
    wrong = {}
    for number, (form, field, kind) in enumerate(tries(forms)):
        for value in how_many(number, ODD.get(kind, [])):
            if told := sent(client, form, field, value):
                wrong[f"{form.action} {field}={value[:30]}"] = told
    return wrong


@pytest.mark.slow
def test_no_field_of_any_form_ends_in_an_error(shown_forms):
    client, forms = shown_forms
    client.raise_request_exception = False
    assert len(forms) > 100
    assert walk(client, forms, lambda _number, values: values) == {}


@pytest.mark.slow
def test_no_number_and_no_moment_of_any_form_ends_in_an_error(shown_forms):
    """One odd value for each field, another one for the next; the slow test has them all."""
    client, forms = shown_forms
    client.raise_request_exception = False
    assert len(forms) > 100
    counted = ("number", "date", "datetime-local", "time")
    for form in forms:
        form.kinds = {field: kind for field, kind in form.kinds.items() if kind in counted}
    assert walk(client, forms, lambda number, values: values[number % len(values) :][:2]) == {}


def test_no_far_day_of_any_form_is_kept(shown_forms):
    client, forms = shown_forms
    client.raise_request_exception = False
    for form in forms:
        form.kinds = {field: kind for field, kind in form.kinds.items() if kind in ("date", "datetime-local")}
    tried = [field for _form, field, _kind in tries(forms)]
    assert len(tried) > 5
    assert walk(client, forms, lambda _number, values: values[:4]) == {}, tried
