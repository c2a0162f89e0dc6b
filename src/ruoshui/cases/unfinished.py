"""What is still to be done before a case can end as solved. Domains above tell; cases ask."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ruoshui.cases.models import Case
from ruoshui.core.naming import in_language

PAPER, TASK, PROCESS = "paper", "task", "process"


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A task to do, a paper that is missing, a process that goes on: its name in both languages."""

    kind: str
    name_zh: str
    name_en: str = ""

    @property
    def name(self) -> str:
        return in_language(self.name_zh, self.name_en)


Tells = Callable[[Case], Iterable[Unfinished]]
_tellers: list[Tells] = []


def tells_unfinished(tells: Tells) -> Tells:
    _tellers.append(tells)
    return tells


def unfinished_in(case: Case) -> list[Unfinished]:
    return [one for tells in _tellers for one in tells(case)]
