"""Tasks: what somebody has to do for a case, given by its process or by a colleague."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ruoshui.cases.models import Case
from ruoshui.cases.models.cases import held_by, stood_in_for, unit_ids
from ruoshui.core.naming import in_language
from ruoshui.organization.hiding import not_hidden
from ruoshui.organization.models import Permission, Reach, Role, Staff, Unit
from ruoshui.processes.models.runs import Run
from ruoshui.sla.models import InternalRequest


class TaskState(models.TextChoices):
    OPEN = "open", _("waiting for somebody")
    TAKEN = "taken", _("in work")
    DONE = "done", _("done")
    DROPPED = "dropped", _("no longer needed")


class Voting(models.TextChoices):
    NONE = "", _("no approval")
    ONE = "one", _("one approves")
    ALL = "all", _("all must approve")
    ANY = "any", _("any of them approves")
    SOME = "some", _("several must approve")


TO_DO = (TaskState.OPEN, TaskState.TAKEN)


class TaskQuerySet(models.QuerySet["Task"]):
    def visible_to(self, staff: Staff, at: datetime | None = None) -> "TaskQuerySet":
        """The one door: tasks of units in reach, one's own, and those of cases one sees."""
        if staff.sees_everything(Permission.CONFIDENTIAL):
            return self
        people = stood_in_for(staff, at or timezone.now())
        mine = Q(assignee_id__in=people) | Q(votes__staff_id__in=people)
        open_to_all = Q(unit_id__in=unit_ids(staff)) & Q(case__confidential=False)
        return self.filter(open_to_all | mine | Q(case__in=Case.objects.visible_to(staff, at))).distinct()

    def hidden_from(self, staff: Staff) -> "TaskQuerySet":
        """Of confidential cases, for those who see neither the case nor the task."""
        asked = Vote.objects.filter(staff=staff).values("task_id")
        return self.filter(~not_hidden(staff, "case_id")).exclude(held_by(staff) | Q(pk__in=asked))

    def to_do(self) -> "TaskQuerySet":
        return self.filter(state__in=TO_DO)

    def for_me(self, staff: Staff, at: datetime | None = None) -> "TaskQuerySet":
        """What waits for this person: taken, to be voted on, or free for one of their roles and of a case not kept
        from them.
        """
        people = stood_in_for(staff, at or timezone.now())
        mine = Q(assignee_id__in=people) | Q(votes__staff_id__in=people, votes__decided_at__isnull=True)
        return self.to_do().filter(mine | self.free_for(staff) & not_hidden(staff, "case_id")).distinct()

    @staticmethod
    def free_for(staff: Staff) -> Q:
        found = Q(pk__in=[])
        for held in staff.held_roles:
            here = Q(unit__path__startswith=held.unit.path) if held.role.reach == Reach.SUBTREE else Q(unit=held.unit)
            found |= Q(role_id=held.role_id, assignee__isnull=True, state=TaskState.OPEN) & here
        return found


class Task(models.Model):
    """`token` is the place in the process; none for a task that a colleague added. `needs` makes it an approval, of
    which `enough` must say yes when it needs some.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="tasks")
    run = models.ForeignKey(Run, on_delete=models.CASCADE, null=True, related_name="tasks")
    token = models.UUIDField(null=True)
    node = models.CharField(max_length=120, blank=True)
    stage = models.CharField(max_length=60, blank=True)
    name_zh = models.CharField(_("task"), max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    body = models.TextField(_("what is to be done"), max_length=2000, blank=True)
    role = models.ForeignKey(Role, on_delete=models.PROTECT, null=True, related_name="tasks")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="tasks")
    assignee = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="tasks")
    needs = models.CharField(max_length=5, choices=Voting.choices, blank=True)
    enough = models.PositiveSmallIntegerField(null=True)
    must = models.BooleanField(default=False)
    form = models.CharField(max_length=60, blank=True)
    request = models.OneToOneField(InternalRequest, on_delete=models.SET_NULL, null=True, related_name="task")
    asked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="tasks_asked")
    state = models.CharField(max_length=8, choices=TaskState.choices, default=TaskState.OPEN)
    answers = models.JSONField(default=dict)
    remark = models.CharField(max_length=500, blank=True)
    due_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        constraints = (
            models.UniqueConstraint(fields=["run", "token"], condition=Q(token__isnull=False), name="one_task_a_token"),
            models.CheckConstraint(condition=~Q(state="taken") | Q(assignee__isnull=False), name="taken_by_somebody"),
            models.CheckConstraint(
                condition=Q(needs="some", enough__gte=1) | ~Q(needs="some") & Q(enough=None), name="some_are_enough"
            ),
        )
        indexes = (
            models.Index(fields=["case", "id"], name="task_case"),
            models.Index(fields=["assignee", "id"], name="task_assignee", condition=Q(state__in=TO_DO)),
            models.Index(fields=["unit", "role", "id"], name="task_free", condition=Q(state="open")),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_language(self.name_zh, self.name_en)

    @property
    def is_to_do(self) -> bool:
        return self.state in TO_DO

    @property
    def is_approval(self) -> bool:
        return self.needs != ""

    def live_topics(self) -> list[str]:
        topics = [f"case:{self.case_id}", *(f"unit:{pk}" for pk in self.unit.lineage)]
        return [*topics, f"staff:{self.assignee_id}"] if self.assignee_id else topics


class Vote(models.Model):
    """One person's part in an approval; undecided while `decided_at` is empty. `decided_by`: a deputy, if any."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="votes")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="votes")
    approves = models.BooleanField(null=True)
    remark = models.CharField(max_length=500, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["task", "staff"], name="one_vote_each"),)
        ordering = ("pk",)
