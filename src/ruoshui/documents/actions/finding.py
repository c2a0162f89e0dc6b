from ruoshui.cases.actions import make_findable
from ruoshui.core.verbs import verb
from ruoshui.documents.models import DocumentVersion
from ruoshui.documents.pdf_words import words_of_pdf


def find_pdf_words(version: DocumentVersion) -> None:
    """Let search find the case by what a PDF says. Once, however often it is asked; read outside the transaction."""
    if version.words_read:
        return
    with version.file.open("rb") as file:
        words = words_of_pdf(file.read())
    _keep(version, words)


@verb
def _keep(version: DocumentVersion, words: str) -> None:
    version = (
        DocumentVersion.objects.select_for_update(of=("self",)).select_related("document__case").get(pk=version.pk)
    )
    if version.words_read:
        return
    version.words_read = True
    version.save(update_fields=["words_read"])
    make_findable(version.document.case, [words])
