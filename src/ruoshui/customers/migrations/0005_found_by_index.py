from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations, models
from django.db.models import Func, Value


class Migration(migrations.Migration):
    dependencies = [("core", "0001_events"), ("customers", "0004_found_however_typed")]
    operations = [
        migrations.AddIndex(
            "contactpoint",
            models.Index(
                OpClass(
                    Func(
                        Func("normal", Value(";"), Value(1), function="split_part"),
                        function="reverse",
                        output_field=models.TextField(),
                    ),
                    name="text_pattern_ops",
                ),
                name="contact_tail",
            ),
        ),
        migrations.AddIndex("customer", GinIndex(Func("findable", function="grams2"), name="customer_grams")),
    ]
