from collections.abc import Iterator

from ruoshui.cases.models import Case
from ruoshui.cases.unfinished import PAPER, Unfinished, tells_unfinished
from ruoshui.core.reactions import Happened, afterwards
from ruoshui.documents.actions import find_pdf_words
from ruoshui.documents.events import DocumentReceived
from ruoshui.documents.models import DocumentVersion
from ruoshui.documents.models.requirements import missing


@tells_unfinished
def papers_are_missing(case: Case) -> Iterator[Unfinished]:
    for one in missing(case):
        yield Unfinished(PAPER, one.name_zh, one.name_en)


@afterwards(DocumentReceived, formerly="read_the_words_of_a_pdf")
def read_text_on_document_received(event: DocumentReceived, happened: Happened) -> None:
    version = DocumentVersion.objects.filter(document_id=event.document, number=event.version)
    found = version.select_related("document__case").first()
    if found is not None and found.content_type == "application/pdf":
        find_pdf_words(found)
