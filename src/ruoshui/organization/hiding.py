"""Confidential means confidential: the one rule for whatever hangs on a case.

Who may not see a confidential case sees nothing that is bound to it either: no mail, no call, no task, no promise.
The rest stays as it was: a mail to a unit's mailbox does not vanish when an ordinary case goes elsewhere.
"""

from typing import Any

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, QuerySet

from ruoshui.core.refusals import NotAllowed
from ruoshui.organization.models import Permission, Staff


def not_hidden(staff: Staff, *paths: str) -> Q:
    """Bound to no case that is kept from `staff`. Each of `paths` leads to the id of a case, or to none.

    Each row looks for its own case by primary key, and finds it only if it is confidential: a page of fifty costs
    fifty looks at an index, however many cases there are.
    """
    if staff.sees_everything(Permission.CONFIDENTIAL):
        return Q()
    hidden = apps.get_model("cases", "Case").objects.hidden_from(staff)
    found = Q()
    for path in paths:
        found &= Q(~Exists(hidden.filter(pk=OuterRef(path))))
    return found


def must_see_all_of(staff: Staff | None, **cases: Any) -> None:
    """Refuses when any of these cases is kept from the person, without saying that there is one."""
    if staff is not None and apps.get_model("cases", "Case").objects.hidden_from(staff).filter(**cases).exists():
        raise NotAllowed


def secrets_shown_to(person: Staff, *, kept_from: Staff) -> "QuerySet[Any]":
    """Confidential cases that `person` takes part in or stands in for, and that are kept from the other."""
    cases = apps.get_model("cases", "Case").objects
    return cases.hidden_from(kept_from).filter(cases.personal_to(person))


def secrets_held_by(person: Staff, *, kept_from: Staff) -> "QuerySet[Any]":
    """Confidential cases assigned to `person`, and kept from the other: their deputy would see them."""
    return apps.get_model("cases", "Case").objects.hidden_from(kept_from).filter(assignee=person)
