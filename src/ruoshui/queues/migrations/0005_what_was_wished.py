from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("queues", "0004_plates_by_counter")]
    operations = [
        migrations.AddField(
            "ticket", "wished", models.CharField(max_length=16, default="", db_default="", editable=False)
        ),
    ]
