from datetime import timedelta

from django.core.management import call_command
from django.utils import timezone

from ruoshui.core.partitions import ensure_partition


def migrate_database() -> None:
    """Bring the tables up to date and make the months ahead ready."""
    call_command("migrate", verbosity=0, interactive=False)
    for months in range(3):
        ensure_partition(timezone.now() + timedelta(days=31 * months))
