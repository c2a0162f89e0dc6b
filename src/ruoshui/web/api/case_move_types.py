"""Shapes of what moves a case."""

from typing import Annotated

from ninja import Schema
from pydantic import Field

from ruoshui.cases.models import LinkKind, Priority
from ruoshui.web.api.types import Code, Id, Name, Text

Reason = Annotated[Text, Field(min_length=1, max_length=500)]
Subject = Annotated[Text, Field(min_length=1, max_length=200)]


class PassingIn(Schema):
    """`unit`: the code of the unit that has it from now on."""

    unit: Code
    reason: Reason
    version: int | None = None


class SplitIn(Schema):
    """`messages`: the ids of those that are about the other matter; without `type` it is of the same."""

    messages: Annotated[list[Id], Field(min_length=1, max_length=500)]
    subject: Subject | None = None
    type: Code | None = None


class LinkIn(Schema):
    """The case named first is … the other: part of, duplicate of, related to, follow-up of."""

    kind: LinkKind = LinkKind.RELATED


class LinkOut(Schema):
    to: str
    kind: str


class ParticipantIn(Schema):
    staff: Name


class ParticipantOut(Schema):
    """One of the two: a user name, or a customer's id."""

    staff: str | None
    customer: int | None


class ParticularsIn(Schema):
    """`form` takes the place of all answers."""

    type: Code | None = None
    subject: Subject | None = None
    priority: Priority | None = None
    category: Annotated[Text, Field(max_length=80)] | None = None
    form: dict[Text, Text | int | float | bool] | None = None
    confidential: bool | None = None
    version: int | None = None


class CustomerNameIn(Schema):
    customer: Id
    version: int | None = None
