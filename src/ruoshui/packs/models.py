from django.db import models

from ruoshui.core.naming import BilingualName
from ruoshui.organization.models import Permission
from ruoshui.organization.models.belonging import set_up_with


@set_up_with(Permission.PROCESSES)
class Pack(BilingualName):
    """A pack that is installed, in its version."""

    code = models.SlugField(unique=True)
    version = models.CharField(max_length=40)
    installed_at = models.DateTimeField()


class Installed(models.Model):
    """One thing of a pack, with the values it was installed with: what was changed since is a local edit."""

    pack = models.ForeignKey(Pack, on_delete=models.CASCADE, related_name="things")
    kind = models.CharField(max_length=30)
    code = models.CharField(max_length=80)
    values = models.JSONField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["pack", "kind", "code"], name="one_installed_each"),)
        ordering = ("pk",)
