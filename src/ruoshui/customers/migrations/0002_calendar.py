import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0001_initial'),
        ('organization', '0002_chinese_public_days'),
    ]

    operations = [
        migrations.AddField(
            model_name='customer',
            name='calendar',
            field=models.ForeignKey(blank=True, help_text="When they can be served, for promises by the customer's calendar", null=True, on_delete=django.db.models.deletion.SET_NULL, to='organization.calendar', verbose_name='calendar'),
        ),
    ]
