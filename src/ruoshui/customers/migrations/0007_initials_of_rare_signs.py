"""Names get the initials of rarer signs and surnames too: 鑫, 玥, 尉迟."""

from django.db import migrations


def name_again(apps, schema_editor):
    from ruoshui.customers.names import findable_name

    Customer = apps.get_model("customers", "Customer")
    batch = []
    for customer in Customer.objects.only("pk", "name", "findable").order_by("pk").iterator(2000):
        findable = findable_name(customer.name)
        if findable == customer.findable:
            continue
        customer.findable = findable
        batch.append(customer)
        if len(batch) == 2000:
            Customer.objects.bulk_update(batch, ["findable"])
            batch = []
    Customer.objects.bulk_update(batch, ["findable"])


class Migration(migrations.Migration):
    dependencies = [("customers", "0006_code_number")]
    operations = [migrations.RunPython(name_again, migrations.RunPython.noop, elidable=True)]
