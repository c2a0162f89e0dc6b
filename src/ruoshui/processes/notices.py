"""How notices about tasks are worded."""

from django.utils.translation import gettext_lazy as _

from ruoshui.notices.sentences import Sentence, say_of

# icons: checkbox, arrow-right, arrow-back-up
for kind, sentence in {
    "processes.task_opened": Sentence(
        _("{number} {subject}: “{task}” is to be done"),
        _("{count} tasks are to be done, the first is “{task}” of {number} {subject}"),
        "checkbox",
    ),
    "processes.task_passed": Sentence(
        _("{number} {subject}: “{task}” was passed to you"),
        _("{count} tasks were passed to you, the first is “{task}” of {number} {subject}"),
        "arrow-right",
    ),
}.items():
    say_of(kind, sentence)
