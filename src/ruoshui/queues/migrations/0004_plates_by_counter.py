from django.db import migrations, models


class Migration(migrations.Migration):
    """A plate asks who was at its counter last."""

    dependencies = [("queues", "0003_rights_in_halls")]
    operations = [
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                fields=["counter", "ended_at"], name="ticket_ended", condition=models.Q(ended_at__isnull=False)
            ),
        ),
    ]
