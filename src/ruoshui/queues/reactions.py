from ruoshui.core.reactions import Happened, at_once
from ruoshui.notices.actions import tell_staff
from ruoshui.organization.models import Permission, Staff
from ruoshui.queues.events import PromiseDrifted
from ruoshui.queues.models import Branch


@at_once(PromiseDrifted)
def tell_who_supervises(event: PromiseDrifted, happened: Happened) -> None:
    """The supervisors of the branch and above it."""
    branch = Branch.objects.select_related("unit").get(pk=happened.about_id)
    people = Staff.objects.filter(
        is_active=True,
        memberships__unit_id__in=branch.unit.lineage,
        memberships__role__permissions__contains=[Permission.SUPERVISE],
    ).distinct()
    data = {"unit": [branch.unit.name_zh, branch.unit.name_en], "of": event.of, "kept": round(100 * event.kept)}
    tell_staff(people, "queues.promise_drifted", data, about=branch, at=happened.at)
