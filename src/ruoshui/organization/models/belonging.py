"""Where what people set up belongs: which right changes it, and in which unit. Each such model says so itself."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from django.db import models
from django.db.models import Q

from ruoshui.organization.models.permissions import Permission

if TYPE_CHECKING:
    from ruoshui.organization.models.units import Unit

M = TypeVar("M", bound=type[models.Model])
ITSELF = "self"  # a unit belongs to itself


@dataclass(frozen=True, slots=True)
class Belonging:
    """`path` leads from the thing to its unit (`team__unit`); empty: it belongs to the whole organisation."""

    right: Permission
    path: str

    def unit_of(self, thing: models.Model) -> "Unit | None":
        """None: the whole organisation's, also where the way ends early (a survey for any case type)."""
        found = None if self.path == ITSELF and getattr(thing, "path", "") == "" else thing  # a new top of the tree
        for step in self.path.split("__") if self.path not in ("", ITSELF) else ():
            found = getattr(found, step)
            if found is None:
                return None
        return found if self.path else None  # type: ignore[return-value]

    def within(self, units: "models.QuerySet[Unit]") -> Q:
        """Those that belong to one of `units`."""
        if not self.path:
            return Q(pk__in=[])
        return Q(pk__in=units) if self.path == ITSELF else Q(**{f"{self.path}__in": units})

    def of_all(self) -> Q:
        """Those that belong to the whole organisation."""
        if not self.path:
            return Q(pk__isnull=False)  # an empty Q is "everything" alone, but "nothing more" in an OR
        return Q(pk__in=[]) if self.path == ITSELF else Q(**{f"{self.path}__isnull": True})


BELONGING: dict[type[models.Model], Belonging] = {}


def set_up_with(right: Permission, path: str = "") -> Callable[[M], M]:
    """For a model: who holds `right` in its unit may change it; in the whole organisation, where `path` is empty."""

    def say(model: M) -> M:
        BELONGING[model] = Belonging(right, path)
        return model

    return say
