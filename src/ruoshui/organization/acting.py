"""Whose rights an actor acts with."""

from ruoshui.core.actors import Actor, ActorKind
from ruoshui.organization.models import ApiToken, Staff


def person_behind(by: Actor) -> Staff | None:
    """The staff member, or the one whose token a program uses; None for customers and for the system itself."""
    if by.id is None:
        return None
    if by.kind == ActorKind.STAFF:
        return Staff.objects.filter(pk=by.id).first()
    if by.kind == ActorKind.INTEGRATION:
        token = ApiToken.objects.select_related("staff").filter(pk=by.id).first()
        return token.staff if token else None
    return None
