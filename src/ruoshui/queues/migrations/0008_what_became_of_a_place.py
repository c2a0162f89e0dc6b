"""A place says which appointment became of it."""

import django.db.models.deletion
from django.db import migrations, models

# Constraints at once: a table whose checks are still to be done cannot be altered.
FOLLOW = """
UPDATE queues_heldplace p SET appointment_id = a.id FROM queues_appointment a WHERE p.is_booked AND a.code = p.code;
DELETE FROM queues_heldplace WHERE is_booked AND appointment_id IS NULL;
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):
    dependencies = [("queues", "0007_appointments_limited_and_missed")]
    operations = [
        migrations.AddField(
            "heldplace",
            "appointment",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="held_places",
                to="queues.appointment",
            ),
        ),
        migrations.RunSQL(FOLLOW, migrations.RunSQL.noop, elidable=True),
        migrations.RemoveField("heldplace", "is_booked"),
    ]
