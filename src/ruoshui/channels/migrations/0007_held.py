"""Mails that may be from a person wait for somebody to look at them."""

from django.db import migrations, models

STATES = [
    ("new", "just come in"),
    ("done", "taken in"),
    ("ignored", "from a machine"),
    ("held", "waiting to be checked"),
    ("quarantined", "in quarantine"),
    ("rejected", "rejected"),
    ("failed", "could not be read"),
]


class Migration(migrations.Migration):
    dependencies = (("channels", "0006_numbers_spelled_again"),)

    operations = tuple(
        migrations.AlterField(model, "state", models.CharField(choices=STATES, default="new", max_length=12))
        for model in ("letterin", "textin")
    )
