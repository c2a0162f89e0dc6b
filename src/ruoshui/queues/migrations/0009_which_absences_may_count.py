"""What was booked before absences were counted counts for nobody; appointments of merged records are the survivor's."""

from django.db import migrations, models

TO_SURVIVORS = """
UPDATE queues_appointment a SET customer_id = c.merged_into_id
FROM customers_customer c WHERE c.id = a.customer_id AND c.merged_into_id IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0007_initials_of_rare_signs"), ("queues", "0008_what_became_of_a_place")]
    operations = [
        # No row is rewritten: those that are there get the first default, those to come the second.
        migrations.AddField(
            "appointment", "may_count", models.BooleanField(default=False, db_default=False, editable=False)
        ),
        migrations.AlterField(
            "appointment", "may_count", models.BooleanField(default=True, db_default=True, editable=False)
        ),
        migrations.RunSQL(TO_SURVIVORS, migrations.RunSQL.noop, elidable=True),
    ]
