"""The blocks that pages are built of."""

import re
from typing import Any

import pytest
from django.template import TemplateSyntaxError, engines
from django.urls import NoReverseMatch
from django.utils import translation

HOSTILE = '<script>alert("x")</script>'
# Each with everything it can be told, told by somebody who means harm.
EVERYTHING = {
    "panel": "{% panel x look=x id=x body=x %}{{ x }}{% endpanel %}",
    "dialog": '{% dialog x x heading=x to="workspace:cases" %}{{ x }}{% enddialog %}',
    "field": "{% field x x hint=x errors=several look=x %}{{ x }}{% endfield %}",
    "nothing": "{% nothing x x %}{{ x }}{% endnothing %}",
    "nothing inside": "{% nothing x x inside=True %}{{ x }}{% endnothing %}",
    "file_input": "{% file_input x hint=x %}",
}


def shown(source: str, **values: Any) -> str:
    """In one line, without blanks around tags."""
    html = engines["django"].from_string(source).render(values)
    return re.sub(r"\s*(<[^>]*>)\s*", r"\1", re.sub(r"\s+", " ", html)).strip()


@pytest.mark.parametrize("name", EVERYTHING)
def test_what_people_write_stays_words(name: str):
    html = shown(EVERYTHING[name], x=HOSTILE, several=[HOSTILE])
    assert "<script" not in html
    assert 'alert("' not in html
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize("name", EVERYTHING)
def test_nothing_is_escaped_twice(name: str):
    assert "&amp;amp;" not in shown(EVERYTHING[name], x="Li & Wu", several=["Li & Wu"])


def test_a_panel_has_its_title_and_a_body():
    assert shown('{% panel _("On record") %}<p>1</p>{% endpanel %}') == (
        '<section class="panel"><div class="panel-head"><h2>On record</h2></div>'
        '<div class="panel-body"><p>1</p></div></section>'
    )


def test_a_panel_without_a_box_around_what_it_holds():
    assert shown('{% panel "A" body="" look="mt-3" id="rows" %}<ul></ul>{% endpanel %}') == (
        '<section class="panel mt-3" id="rows"><div class="panel-head"><h2>A</h2></div><ul></ul></section>'
    )


def test_titles_speak_the_readers_language():
    with translation.override("zh-hans"):
        html = shown('{% dialog "urge" _("Urge") %}{% field "f" _("Why?") %}{% endfield %}{% enddialog %}')
    assert "Urge" not in html
    assert "Why?" not in html
    assert 'data-dialog="urge"' in html


def test_the_form_of_a_dialog_has_an_address_and_a_token():
    html = shown('{% dialog "urge" "Urge" to="workspace:urge" of=7 %}<p>1</p>{% enddialog %}', csrf_token="one")
    assert re.search(r'<form class="dialog-body" method="post" action="/\S*\b7\b\S*">', html)
    assert 'name="csrfmiddlewaretoken" value="one"' in html


def test_a_dialog_may_be_sent_to_the_page_it_stands_on():
    html = shown('{% dialog "new" "New" to="" %}{% enddialog %}', csrf_token="one")
    assert '<form class="dialog-body" method="post"><input type="hidden" name="csrfmiddlewaretoken"' in html


def test_a_dialog_that_only_tells_has_no_form():
    html = shown('{% dialog "keys" "Keys" heading="All keys" %}<p>1</p>{% enddialog %}')
    assert html.startswith('<dialog data-dialog="keys" aria-label="Keys"><div class="dialog-head"><h2>All keys</h2>')
    assert html.endswith('<div class="dialog-body"><p>1</p></div></dialog>')


def test_an_address_that_does_not_exist_is_not_left_out_in_silence():
    with pytest.raises(NoReverseMatch):
        shown('{% dialog "x" "X" to="workspace:nonesuch" %}{% enddialog %}')


def test_a_field_has_label_input_hint_and_what_is_wrong_in_this_order():
    source = (
        '{% field "n" "Name" hint="As on the bill" required=True errors=wrong.n look="wide" %}<input>{% endfield %}'
    )
    html = shown(source, wrong={"n": ["Too long"]})
    assert re.sub(r"<svg.*?</svg>", "", html) == (
        '<div class="field wide"><label class="form-label required" for="n">Name</label><input>'
        '<div class="form-hint">As on the bill</div><div class="field-error" data-error>Too long</div></div>'
    )


def test_a_field_with_nothing_wrong_needs_no_errors():
    source = '{% field "n" "Name" errors=wrong.n %}<input>{% endfield %}'
    assert shown(source) == '<div class="field"><label class="form-label" for="n">Name</label><input></div>'


def test_the_label_of_several_inputs_is_of_none():
    assert shown('{% field "" "Days" %}<input>{% endfield %}') == (
        '<div class="field"><span class="form-label">Days</span><input></div>'
    )


def test_one_component_within_another_does_not_take_its_words():
    html = shown(
        '{% panel "Out" %}{% panel "In" look="mb-0" %}{% endpanel %}{% field "n" "N" %}{% endfield %}{% endpanel %}'
    )
    assert html.count("mb-0") == 1
    assert html.index("Out") < html.index("In")
    assert html.count('class="field"') == 1


def test_the_words_of_the_page_are_not_taken_for_those_of_a_component():
    """A page has an `id`, a `hint` or `errors` of its own."""
    html = shown(
        '{% panel "A" %}{% field "n" "N" %}{{ hint }}{% endfield %}{% endpanel %}', id=5, hint="h", errors=["e"]
    )
    assert [word for word in ('id="5"', "form-hint", "field-error") if word in html] == []
    assert html.count("h</div>") == 1


def test_a_component_leaves_the_words_of_the_page_as_they_were():
    assert shown('{% panel "A" %}{% endpanel %}{{ title }}', title="mine").endswith("mine")


def test_nothing_is_a_panel_or_stands_in_one():
    assert '<section class="panel empty">' in shown('{% nothing "bell" "Nothing" %}{% endnothing %}')
    assert '<div class="empty">' in shown('{% nothing "bell" "Nothing" inside=True %}{% endnothing %}')


def test_a_file_input_without_words_has_a_label_for_readers():
    assert 'aria-label="Attach files"' in shown("{% file_input %}")
    assert "aria-label" not in shown('{% file_input _("Attach files") %}')


def test_a_component_must_be_closed():
    with pytest.raises(TemplateSyntaxError):
        shown('{% panel "A" %}')
