from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("informing", "0001_initial"),)

    operations = (
        migrations.AddField("customernotice", "attempts", models.PositiveSmallIntegerField(default=0)),
    )
