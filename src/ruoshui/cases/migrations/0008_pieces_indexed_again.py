from django.contrib.postgres.indexes import GinIndex
from django.db import migrations
from django.db.models import Func


class Migration(migrations.Migration):
    dependencies = [("cases", "0007_pieces_in_one_form")]
    operations = [migrations.AddIndex("searchpiece", GinIndex(Func("body", function="grams2"), name="search_grams"))]
