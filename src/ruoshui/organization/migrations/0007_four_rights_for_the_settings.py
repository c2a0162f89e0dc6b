import django.contrib.postgres.fields
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

CHOICES = [
    ("work", "work on cases: answer, take, pass to another unit, close"),
    ("supervise", "supervise: assign to others, merge, correct promises, see the cockpit"),
    ("confidential", "see confidential cases"),
    ("lobby", "look after a branch: move numbers, open and close counters"),
    ("customers", "edit and merge customers"),
    ("people", "set up units, people and their rights"),
    ("security", "set up channels, API tokens and other systems"),
    ("processes", "set up case types, processes and service levels"),
    ("branches", "set up branches: counters, queues, screens"),
]
BEFORE, AFTER = "settings", ["people", "security", "processes", "branches"]


def split(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Whoever could change all settings still can: the one right becomes the four, where it was held."""
    for role in apps.get_model("organization", "Role").objects.filter(permissions__contains=[BEFORE]):
        kept = [one for one in role.permissions if one != BEFORE]
        role.permissions = [*kept, *(one for one in AFTER if one not in kept)]
        role.save(update_fields=["permissions"])


def join(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Back: only who holds all four had the one."""
    for role in apps.get_model("organization", "Role").objects.all():
        kept = [one for one in role.permissions if one not in AFTER]
        if set(AFTER) <= set(role.permissions):
            kept.append(BEFORE)
        role.permissions = kept
        role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("organization", "0006_one_time_passwords")]
    operations = [
        migrations.AddField(
            model_name="staff",
            name="is_service",
            field=models.BooleanField(default=False, editable=False, verbose_name="service account"),
        ),
        migrations.AlterField(
            model_name="role",
            name="permissions",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(choices=CHOICES, max_length=20), default=list, size=None
            ),
        ),
        migrations.RunPython(split, join),
    ]
