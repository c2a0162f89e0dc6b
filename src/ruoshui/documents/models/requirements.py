from django.db import models
from django.db.models import Q

from ruoshui.cases.models import Case
from ruoshui.core.naming import BilingualName, in_language


class Requirement(BilingualName):
    """A document a case needs. It is met by an accepted document, or one nobody has looked at yet; or waived with a
    reason. `steps`: the tasks of the process that cannot be finished without it, by their codes in the drawing.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="requirements")
    code = models.SlugField(max_length=60)
    explanation_zh = models.CharField(max_length=300, blank=True)
    explanation_en = models.CharField(max_length=300, blank=True)
    is_required = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=100)
    steps = models.CharField(max_length=300, blank=True, default="", db_default="")
    waived_because = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("position", "pk")
        constraints = (models.UniqueConstraint(fields=["case", "code"], name="one_requirement_each"),)

    @property
    def explanation(self) -> str:
        return in_language(self.explanation_zh, self.explanation_en)


def missing(case: Case) -> models.QuerySet[Requirement]:
    """What the customer still has to bring."""
    from ruoshui.documents.models.documents import Document, DocumentState

    there = Document.objects.filter(case=case).exclude(state=DocumentState.SENT_BACK).exclude(requirement=None)
    wanted = Requirement.objects.filter(Q(case=case, is_required=True, waived_because=""))
    return wanted.exclude(pk__in=there.values("requirement_id"))
