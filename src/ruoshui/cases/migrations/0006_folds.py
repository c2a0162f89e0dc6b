"""Which lines of a message only repeat what was said before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("cases", "0005_overrides"),)

    operations = (migrations.AddField("message", "folds", models.JSONField(default=list)),)
