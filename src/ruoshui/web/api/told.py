"""What a program is told of what it has written: one that may not read cases learns nothing of their content."""

from typing import ClassVar, TypeVar

from django.http import HttpRequest
from ninja import Schema

from ruoshui.organization.models import Scope
from ruoshui.web.api.auth import token_of


class Worded(Schema):
    """An answer to something written. `words`: its fields that hold what people wrote, now or before."""

    words: ClassVar[tuple[str, ...]] = ()


A = TypeVar("A", bound=Worded)


def may_read_cases(request: HttpRequest) -> bool:
    return Scope.CASES_READ in token_of(request).scopes


def told(request: HttpRequest, answer: A) -> A:
    """As it is for who may read cases; for others its words are empty."""
    if may_read_cases(request):
        return answer
    blank = {name: type(value)() for name in answer.words if (value := getattr(answer, name)) is not None}
    return answer.model_copy(update=blank)
