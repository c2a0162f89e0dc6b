from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from ruoshui.core.actors import Actor
from ruoshui.organization.models import Unit

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Context:
    """`unit` handles the case types that have none yet."""

    unit: Unit | None
    by: Actor
    at: datetime


class PackKind(Protocol):
    """`code` names a thing; `full` gives what a pack says with what it leaves unsaid; `read` what is there now in the
    same shape (None: it is not there); `grown` adds to what an older version of ours kept the fields it did not know;
    `write` makes it so, `finish` publishes what was written as one.
    """

    def code(self, values: Mapping[str, Any]) -> str: ...

    def full(self, values: Mapping[str, Any]) -> Values: ...

    def read(self, code: str) -> Values | None: ...

    def grown(self, values: Values) -> Values: ...

    def write(self, code: str, values: Values, context: Context) -> None: ...

    def finish(self, context: Context) -> None: ...
