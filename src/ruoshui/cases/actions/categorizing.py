from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ruoshui.cases.actions._checking import check_particulars
from ruoshui.cases.actions._locking import locked_active, write
from ruoshui.cases.actions._saying import make_findable
from ruoshui.cases.actions.keeping_secret import guard_secret, parts_of, set_secrecy
from ruoshui.cases.events import CaseCategorized
from ruoshui.cases.models import Case
from ruoshui.core.actors import Actor
from ruoshui.core.events import record
from ruoshui.core.verbs import verb

PARTICULARS = ("type", "subject", "priority", "category", "confidential", "form")


@verb
def categorize_case(
    case: Case,
    values: Mapping[str, Any],
    *,
    seen: int | None = None,
    is_draft: bool = False,
    by: Actor,
    at: datetime,
) -> Case:
    """Correct what kind of case it is: type, subject, priority, category, form, confidential.

    What was merged into it becomes as confidential, or as open, as the case itself; lifting secrecy needs the right.
    `is_draft`: answers that the form requires may come later.
    """
    case = locked_active(case, seen=seen)
    parts = parts_of(case) if values.get("confidential", case.confidential) != case.confidential else []
    for secret in (case, *parts) if values.get("confidential") is False else ():
        guard_secret(secret, by)
    changes: dict[str, Any] = {}
    for name in PARTICULARS:
        if name in values and getattr(case, name) != values[name]:
            before = getattr(case, name)
            changes[name] = [getattr(before, "pk", before), getattr(values[name], "pk", values[name])]
            setattr(case, name, values[name])
    if not changes:
        return case
    check_particulars(case, form=bool({"type", "form"} & set(changes)), is_draft=is_draft)
    write(case, at, **{name: getattr(case, name) for name in changes})
    words = [value for value in case.form.values() if isinstance(value, str)] if "form" in changes else []
    make_findable(case, [getattr(case, name) for name in ("subject", "category") if name in changes] + words)
    record(CaseCategorized(changes=changes), about=case, by=by, at=at)
    set_secrecy(parts, confidential=case.confidential, by=by, at=at)
    return case
