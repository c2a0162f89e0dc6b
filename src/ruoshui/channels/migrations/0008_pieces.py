"""Long messages go out in pieces, each once; an offer is known as one, since a letter that answers it means no more."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("channels", "0007_held"),)

    operations = (
        migrations.AddField("textout", "pieces_sent", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("textout", "is_offer", models.BooleanField(default=False)),
    )
