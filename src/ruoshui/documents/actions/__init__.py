from ruoshui.documents.actions.finding import find_pdf_words
from ruoshui.documents.actions.receiving import receive_document
from ruoshui.documents.actions.requiring import require_documents, waive_requirement
from ruoshui.documents.actions.reviewing import accept_document, send_document_back

__all__ = [
    "accept_document",
    "find_pdf_words",
    "receive_document",
    "require_documents",
    "send_document_back",
    "waive_requirement",
]
