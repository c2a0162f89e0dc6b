"""A staff member's own views of the case list: personal, so no event tells of them."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from ruoshui.cases.models import SavedView
from ruoshui.core.refusals import Invalid
from ruoshui.core.verbs import verb
from ruoshui.organization.models import Staff


@verb
def save_view(staff: Staff, *, name: str, query: Mapping[str, str]) -> SavedView:
    if not 1 <= len(name.strip()) <= 60:
        raise Invalid({"name": [_("Give the view a name of at most 60 characters.")]})
    view, _is_new = SavedView.objects.update_or_create(staff=staff, name=name.strip(), defaults={"query": dict(query)})
    return view


@verb
def forget_view(staff: Staff, view_id: int) -> None:
    SavedView.objects.filter(staff=staff, pk=view_id).delete()
