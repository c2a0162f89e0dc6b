from ruoshui.documents.models.documents import Checked, Document, DocumentState, DocumentVersion
from ruoshui.documents.models.requirements import Requirement

__all__ = ["Checked", "Document", "DocumentState", "DocumentVersion", "Requirement"]
