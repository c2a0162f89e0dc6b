"""One way to page through every list: `after` takes what `next` of the page before said; null is the end."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from django.db import models
from ninja import Query

from ruoshui.core.cursors import LONGEST, cursor_of, key_of

M = TypeVar("M", bound=models.Model)

After = Annotated[str, Query(max_length=LONGEST, description="`next` of the page before, as it came.")]


def page_of(
    listed: str,
    rows: "models.QuerySet[M]",
    shown: Callable[[M], Any],
    *,
    after: str,
    limit: int,
    newest_first: bool = False,
) -> dict[str, Any]:
    """A page by id, oldest first unless said otherwise. `listed` names the list in its cursors."""
    key = key_of(listed, after, int)
    if key is not None:
        rows = rows.filter(**{"pk__lt" if newest_first else "pk__gt": key[0]})
    got = list(rows.order_by("-pk" if newest_first else "pk")[: limit + 1])
    return {
        "items": [shown(one) for one in got[:limit]],
        "next": cursor_of(listed, got[limit - 1].pk) if len(got) > limit else None,
    }
