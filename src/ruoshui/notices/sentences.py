"""What a notice says, in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.functional import Promise

from ruoshui.core.naming import Blank, in_language
from ruoshui.notices.models import Notice


@dataclass(frozen=True, slots=True)
class Sentence:
    """`text` says one, `many` says `{count}` alike; placeholders are the notice's data.

    A pair in the data is a name in both languages; a field in `labels` is a code; one that ends
    in `_at` is a moment.
    """

    text: str | Promise
    many: str | Promise = ""
    icon: str = "bell"
    look: str = ""
    labels: Mapping[str, type[TextChoices]] = field(default_factory=dict)


_sentences: dict[str, Sentence] = {}


def say_of(kind: str, sentence: Sentence) -> None:
    """How notices of this kind are worded: called once by the domain whose event it is."""
    _sentences[kind] = sentence


def wording_of(notice: Notice) -> Sentence:
    return _sentences.get(notice.kind) or Sentence(notice.kind)


def sentence_of(notice: Notice) -> str:
    wording = wording_of(notice)
    words = {name: _word(wording, name, value) for name, value in notice.data.items()}
    text = wording.many if notice.count > 1 and wording.many else wording.text
    return str(text).format_map(Blank({**words, "count": notice.count}))


def _word(wording: Sentence, name: str, value: Any) -> str:
    if isinstance(value, list) and len(value) == 2:
        return in_language(*value)
    if name in wording.labels and value in wording.labels[name].values:
        return str(wording.labels[name](value).label)
    if name.endswith("_at") and isinstance(value, str):
        return f"{timezone.localtime(datetime.fromisoformat(value)):%m-%d %H:%M}"
    return "" if value is None else str(value)
