"""What the customer of a case is promised, in lines they read: those who promise tell, cases write it in mails."""

from collections.abc import Callable, Iterable

from ruoshui.cases.models import Case

Tells = Callable[[Case, str], Iterable[str]]
_tellers: list[Tells] = []


def tells_promises(tells: Tells) -> Tells:
    _tellers.append(tells)
    return tells


def promises_in(case: Case, language: str) -> list[str]:
    """Such as "Supply plan answered: by 2 December 18:00", the earliest first; empty when nothing is promised."""
    return [line for tells in _tellers for line in tells(case, language)]
