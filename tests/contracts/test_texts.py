"""Everything a person reads exists in both languages."""

import string

from django.utils import translation

from ruoshui.web.studio.sections import SECTIONS
from tests.contracts.texts import catalogue, messages, raw_texts


def test_every_text_has_its_chinese():
    known = {message.id: message.string for message in catalogue() if message.id}
    missing = [text for text in messages() if not all(_strings(known.get(text, "")))]
    assert missing == []


def _strings(found):
    return found if isinstance(found, tuple) else (found,)


def test_no_text_stands_in_a_template_untranslated():
    assert raw_texts() == []


def test_placeholders_survive_translation():
    for message in catalogue():
        if isinstance(message.id, str) and message.id and "{" in message.id:
            wanted = {name for _t, name, _s, _c in string.Formatter().parse(message.id) if name}
            given = {name for _t, name, _s, _c in string.Formatter().parse(str(message.string)) if name}
            assert wanted == given, message.id


def test_every_field_of_the_settings_has_a_chinese_name():
    with translation.override("zh-hans"):
        english = [
            f"{section.code}.{name}"
            for section in SECTIONS.values()
            for name, field in section.form().fields.items()
            if str(field.label).isascii()
        ]
    assert english == []
