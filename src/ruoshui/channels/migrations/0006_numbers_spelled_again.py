"""Who is owed a call back is known by the form in which numbers are compared now."""

from django.db import migrations


def spell_again(apps, schema_editor):
    from django.core.exceptions import ValidationError

    from ruoshui.customers.phones import normal_phone

    CallBack = apps.get_model("channels", "CallBack")
    for owed in CallBack.objects.filter(state__in=("waiting", "taken")).order_by("pk"):
        try:
            normal = normal_phone(owed.number)
        except ValidationError:
            continue
        same = CallBack.objects.filter(unit=owed.unit_id, normal=normal, state__in=("waiting", "taken"))
        if normal != owed.normal and not same.exists():  # two lists of one number stay two; each is called once
            CallBack.objects.filter(pk=owed.pk).update(normal=normal)


class Migration(migrations.Migration):
    dependencies = [("channels", "0005_tried_again"), ("customers", "0004_found_however_typed")]
    operations = [migrations.RunPython(spell_again, migrations.RunPython.noop, elidable=True)]
