from datetime import timedelta

from django.core.management import call_command
from django.utils import timezone

from ruoshui.core.actors import SYSTEM
from ruoshui.core.partitions import ensure_partition
from ruoshui.sla.actions.installing import install_standard_levels


def migrate_database() -> None:
    """Bring the tables up to date and make the months ahead ready."""
    call_command("migrate", verbosity=0, interactive=False)
    for months in range(3):
        ensure_partition(timezone.now() + timedelta(days=31 * months))
    install_standard_levels(by=SYSTEM, at=timezone.now())
