from django.db import transaction
from django.utils import timezone

from ruoshui.demo.cases import tell_demo_cases
from ruoshui.demo.setup import set_up_demo
from ruoshui.organization.models import Unit


def load_demo() -> int:
    """Load the demo organisation into an empty installation; elsewhere do nothing."""
    if Unit.objects.exists():
        print("There is an organisation already; the demo is for an empty installation.")
        return 0
    now = timezone.now()
    with transaction.atomic():
        tell_demo_cases(set_up_demo(now), now)
    return 0
