from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("queues", "0005_what_was_wished")]
    operations = [
        migrations.AddField(
            model_name="ticket",
            name="named_by",
            field=models.CharField(
                blank=True,
                choices=[
                    ("typed", "typed at the kiosk"),
                    ("scanned", "scanned customer code"),
                    ("program", "named by a program"),
                    ("appointment", "by an appointment"),
                    ("staff", "found by staff"),
                ],
                default="",
                max_length=12,
            ),
            preserve_default=False,
        ),
    ]
