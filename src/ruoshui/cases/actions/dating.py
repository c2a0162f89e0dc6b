from datetime import datetime

from ruoshui.cases.actions._locking import is_opening
from ruoshui.cases.models import Case
from ruoshui.cases.models.cases import UNDATED


def date_case(case: Case, due_at: datetime | None) -> None:
    """Write the next promised moment on a case, so that lists sort by it.

    Called by whoever made the promise, inside the verb that changed it; the promise's own
    events tell the story, so none is recorded here.
    """
    due_at = due_at or UNDATED
    if case.due_at != due_at:
        case.due_at = due_at
        if not is_opening(case):
            Case.objects.filter(pk=case.pk).update(due_at=due_at)
