"""Settings are changed one at a time."""

import pytest
from django.db import connections

from ruoshui.core.actors import SYSTEM
from ruoshui.core.configuring import configure
from ruoshui.queues.models import Branch
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


def test_while_one_setting_is_being_changed_another_waits(demo):
    """Each reaches for rows of the other (all branches are read anew): at once they could wait for each other."""
    own = connections.create_connection("default")
    try:
        with own.cursor() as cursor:
            free = "SELECT pg_try_advisory_xact_lock(hashtext('core.configure'))"
            assert cursor.execute(free).fetchone() == (True,)
            configure(Branch.objects.get(unit=demo.units["east"]), {"target_minutes": 11}, by=SYSTEM, at=NOW)
            assert cursor.execute(free).fetchone() == (False,)
    finally:
        own.close()
