"""How notices about branches are worded."""

from django.utils.translation import gettext_lazy as _

from ruoshui.notices.sentences import Sentence, say_of

say_of(
    "queues.promise_drifted",
    Sentence(
        _("{unit}: of the last {of} promised maximum waits only {kept} % were kept"),
        icon="alert-triangle",
        look="late",
    ),
)
