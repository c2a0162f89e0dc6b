from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0005_found_by_index")]
    operations = [
        migrations.AddField("customer", "code_number", models.PositiveIntegerField(default=1, editable=False)),
    ]
