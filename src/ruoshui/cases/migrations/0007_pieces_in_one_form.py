"""What is found gets the form in which it is asked for now; the index is built once, at the end."""

from django.db import migrations

BATCH = 1000


def normalize(apps, schema_editor):
    from ruoshui.core.normal_text import normal_text

    SearchPiece = apps.get_model("cases", "SearchPiece")
    batch = []
    for piece in SearchPiece.objects.order_by("pk").iterator(BATCH):
        piece.body = normal_text(piece.body)
        batch.append(piece)
        if len(batch) == BATCH:
            SearchPiece.objects.bulk_update(batch, ["body"])
            batch = []
    SearchPiece.objects.bulk_update(batch, ["body"])


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_folds"), ("customers", "0005_found_by_index")]
    operations = [
        migrations.RemoveIndex("searchpiece", "search_grams"),
        migrations.RunPython(normalize, migrations.RunPython.noop, elidable=True),
    ]
