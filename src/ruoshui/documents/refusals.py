from django.utils.translation import gettext_lazy as _

from ruoshui.core.refusals import Refusal


class FileInfected(Refusal):
    code, status = "file-infected", 422
    text = _("The file {name} was not accepted: the virus scanner found {found}.")


class AlreadySo(Refusal):
    code = "document-already-so"
    text = _("“{title}” is {state} already.")
    words = ("title",)
