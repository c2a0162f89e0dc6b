from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from ruoshui.core.events import Event, register


@register("documents.required")
@dataclass(frozen=True, kw_only=True)
class DocumentsRequired(Event):
    codes: list[str]
    sentence = _("made the list of documents")
    icon = "list-check"


@register("documents.received")
@dataclass(frozen=True, kw_only=True)
class DocumentReceived(Event):
    """`complete`: nothing that is required is missing any more."""

    document: int
    version: int
    title: str
    complete: bool
    code: str = ""
    sentence = _("document “{title}”, version {version}")
    icon = "file-text"
    personal = ("title",)


@register("documents.accepted")
@dataclass(frozen=True, kw_only=True)
class DocumentAccepted(Event):
    document: int
    title: str
    sentence = _("accepted the document “{title}”")
    icon = "file-check"
    personal = ("title",)


@register("documents.sent_back")
@dataclass(frozen=True, kw_only=True)
class DocumentSentBack(Event):
    document: int
    title: str
    remark: str
    sentence = _("sent the document “{title}” back: {remark}")
    icon = "file-x"
    personal = ("title", "remark")


@register("documents.waived")
@dataclass(frozen=True, kw_only=True)
class RequirementWaived(Event):
    code: str
    name: str
    why: str
    sentence = _("did without “{name}”: {why}")
    icon = "file-minus"
    personal = ("why",)
