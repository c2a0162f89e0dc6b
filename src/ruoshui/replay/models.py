from django.db import models


class ReplayedItem(models.Model):
    """How many rows of one case of one source were done; written in the transaction that did them."""

    source = models.SlugField()
    key = models.CharField(max_length=120)
    rows = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["source", "key"], name="replayed_once"),)
