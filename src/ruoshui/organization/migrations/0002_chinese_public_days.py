"""The official Chinese days off and make-up working days, 2007–2026, as announced by the State Council."""

import csv
from importlib.resources import files

from django.db import migrations


def load(apps, schema_editor):
    holiday_set = apps.get_model("organization", "HolidaySet")
    holiday = apps.get_model("organization", "Holiday")
    china = holiday_set.objects.create(code="cn", name_zh="中国法定节假日", name_en="Chinese public holidays")
    with (files("ruoshui.organization.data") / "cn_public_days.csv").open(encoding="utf-8") as rows:
        holiday.objects.bulk_create(
            holiday(holidays=china, date=row["date"], is_off=row["kind"] == "off",
                    name_zh=row["name_zh"], name_en=row["name_en"])
            for row in csv.DictReader(rows))


def unload(apps, schema_editor):
    apps.get_model("organization", "HolidaySet").objects.filter(code="cn").delete()


class Migration(migrations.Migration):
    dependencies = [("organization", "0001_initial")]
    operations = [migrations.RunPython(load, unload)]
