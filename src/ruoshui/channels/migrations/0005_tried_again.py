"""What came in is taken up when it is due, and put off where a fault passes; mails that could not be fetched are known."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models
from django.db.models import F, Q


def _due(apps: Any, _schema: Any) -> None:
    """What is new is due since it came."""
    for name in ("LetterIn", "TextIn"):
        apps.get_model("channels", name).objects.filter(state="new").update(next_at=F("received_at"))


class Migration(migrations.Migration):
    dependencies = (("channels", "0004_paper"),)

    operations = (
        migrations.RemoveIndex(model_name="letterin", name="letter_new"),
        migrations.RemoveIndex(model_name="textin", name="text_new"),
        migrations.AddField("letterin", "attempts", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("letterin", "next_at", models.DateTimeField(null=True)),
        migrations.AddField("textin", "attempts", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("textin", "next_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "mailbox", "missed_uids", ArrayField(models.BigIntegerField(), default=list, editable=False, size=None)
        ),
        migrations.RunPython(_due, migrations.RunPython.noop),
        migrations.AddIndex(
            "letterin",
            models.Index(condition=Q(next_at__isnull=False), fields=["next_at", "id"], name="letter_due"),
        ),
        migrations.AddIndex(
            "textin", models.Index(condition=Q(next_at__isnull=False), fields=["next_at", "id"], name="text_due")
        ),
    )
