"""How notices about rounds are worded."""

from django.utils.translation import gettext_lazy as _

from ruoshui.notices.sentences import Sentence, say_of

# icons: clipboard-check, alert-triangle
for kind, sentence in {
    "assets.round_soon": Sentence(
        _("{number} {name}: the inspection is due on {due}"),
        _("{count} inspections are due soon, the first is {number} {name} on {due}"),
        "clipboard-check",
    ),
    "assets.round_late": Sentence(
        _("{number} {name}: the inspection of {due} was not made"),
        _("{count} inspections are late, the first is {number} {name}, due on {due}"),
        "alert-triangle",
        "late",
    ),
}.items():
    say_of(kind, sentence)
