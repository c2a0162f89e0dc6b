from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Func

from ruoshui.cases.models.cases import Case


class SearchPiece(models.Model):
    """A piece of searchable text of a case, in its normal form: one for its opening, one for each message.

    Only ever inserted, so a long conversation is not indexed again with every answer. The index
    holds every pair of neighbouring characters (see core's first migration).
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="search_pieces")
    body = models.TextField()

    class Meta:
        indexes = (GinIndex(Func("body", function="grams2"), name="search_grams"),)
