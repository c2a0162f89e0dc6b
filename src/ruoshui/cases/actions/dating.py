from datetime import datetime

from ruoshui.cases.actions._locking import is_opening
from ruoshui.cases.models import Case
from ruoshui.cases.models.cases import UNDATED


def date_case(case: Case, due_at: datetime | None, *, queue_rank: int | None = None) -> None:
    """Write the next promised moment on a case, and its place in the queue, so that lists sort by it.

    Called by whoever made the promise, inside the verb that changed it; the promise's own
    events tell the story, so none is recorded here.
    """
    values = {"due_at": due_at or UNDATED} | ({} if queue_rank is None else {"queue_rank": queue_rank})
    changed = {name: value for name, value in values.items() if getattr(case, name) != value}
    for name, value in changed.items():
        setattr(case, name, value)
    if changed and not is_opening(case):
        Case.objects.filter(pk=case.pk).update(**changed)
