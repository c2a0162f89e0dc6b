from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0001_initial'),
        ('customers', '0001_initial'),
        ('organization', '0002_chinese_public_days'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='case',
            name='case_backlog',
        ),
        migrations.AddField(
            model_name='case',
            name='queue_rank',
            field=models.PositiveSmallIntegerField(default=5, verbose_name='place in the queue'),
        ),
        migrations.AlterField(
            model_name='message',
            name='kind',
            field=models.CharField(choices=[('customer', 'from the customer'), ('reply', 'reply to the customer'), ('note', 'internal note'), ('notice', 'notice to the customer')], max_length=10),
        ),
        migrations.AlterField(
            model_name='suspension',
            name='reason',
            field=models.CharField(choices=[('customer', 'waiting for the customer'), ('supplier', 'waiting for a supplier'), ('parts', 'waiting for parts'), ('other_case', 'waiting for another case'), ('internal', 'waiting for another department'), ('force_majeure', 'force majeure')], max_length=20),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('assignee__isnull', True), ('state', 'open'), ('team__isnull', False)), fields=['team', 'queue_rank', 'due_at', 'id'], name='case_backlog'),
        ),
    ]
