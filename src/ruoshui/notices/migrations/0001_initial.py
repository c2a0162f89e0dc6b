import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=60)),
                ('about_kind', models.CharField(max_length=60)),
                ('about_id', models.BigIntegerField()),
                ('data', models.JSONField(default=dict)),
                ('count', models.PositiveIntegerField(default=1)),
                ('is_urgent', models.BooleanField(default=False)),
                ('by_mail', models.BooleanField(default=False)),
                ('at', models.DateTimeField()),
                ('show_at', models.DateTimeField()),
                ('shown_at', models.DateTimeField(null=True)),
                ('read_at', models.DateTimeField(null=True)),
                ('mailed_at', models.DateTimeField(null=True)),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('shown_at__isnull', True)), fields=['show_at', 'id'], name='notice_to_show'), models.Index(fields=['staff', '-id'], name='notice_staff'), models.Index(condition=models.Q(('read_at__isnull', True)), fields=['staff'], name='notice_unread')],
            },
        ),
    ]
