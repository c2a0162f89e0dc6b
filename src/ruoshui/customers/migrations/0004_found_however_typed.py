"""Contacts and names get the form in which they are compared and found now.

A contact that turns out to be one its customer has already is given up; the one that stays keeps what was said of it.
"""

from django.db import migrations, models


def spell_again(apps, schema_editor):
    from django.core.exceptions import ValidationError

    from ruoshui.customers.contacts import as_kept, normal_contact

    ContactPoint = apps.get_model("customers", "ContactPoint")
    for point in ContactPoint.objects.order_by("pk").iterator(2000):
        try:
            normal, value = normal_contact(point.kind, point.value), as_kept(point.value)
        except ValidationError:
            continue  # taken in by an older rule: it stays as it is
        if (normal, value) == (point.normal, point.value):
            continue
        same = ContactPoint.objects.filter(customer=point.customer_id, kind=point.kind, normal=normal)
        twin = same.exclude(pk=point.pk).first()
        if twin is None:
            ContactPoint.objects.filter(pk=point.pk).update(normal=normal, value=value)
        else:
            ContactPoint.objects.filter(pk=twin.pk).update(is_primary=twin.is_primary or point.is_primary)
            point.delete()


def name_again(apps, schema_editor):
    from ruoshui.customers.names import findable_name

    Customer = apps.get_model("customers", "Customer")
    batch = []
    for customer in Customer.objects.only("pk", "name").order_by("pk").iterator(2000):
        customer.findable = findable_name(customer.name)
        batch.append(customer)
        if len(batch) == 2000:
            Customer.objects.bulk_update(batch, ["findable"])
            batch = []
    Customer.objects.bulk_update(batch, ["findable"])


class Migration(migrations.Migration):
    dependencies = [("customers", "0003_wishes")]
    operations = [
        migrations.AddField("customer", "findable", models.TextField(default="", editable=False)),
        migrations.RunPython(spell_again, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(name_again, migrations.RunPython.noop, elidable=True),
    ]
