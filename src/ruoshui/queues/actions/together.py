"""Numbers and calls of a whole crowd: what each takes for itself, a transaction takes once for all."""

from collections.abc import Sequence

from ruoshui.core.gathering import Alone
from ruoshui.core.verbs import verb
from ruoshui.queues.actions._locking import locked_branches
from ruoshui.queues.actions.calling_next import Asking, call_under
from ruoshui.queues.actions.issuing import NumberWish, issue_under
from ruoshui.queues.models import Ticket

Served = tuple[list[Ticket | Alone], list[Ticket | Alone | None]]


def serve_together(wishes: Sequence[NumberWish], asking: Sequence[Asking]) -> Served:
    """Issue and call, each in a branch of its own, without waiting for a branch and without refusing.

    Who gets ALONE is to be asked `issue` or `call_next`, and hears there why.
    """
    return _serve_all(wishes, asking)


@verb
def _serve_all(wishes: Sequence[NumberWish], asking: Sequence[Asking]) -> Served:
    branches = [*(wish.branch.pk for wish in wishes), *(one.counter.branch_id for one in asking)]
    turns = locked_branches(branches, alone=False) if branches else {}
    return issue_under(turns, wishes, alone=False), call_under(turns, asking, alone=False)
