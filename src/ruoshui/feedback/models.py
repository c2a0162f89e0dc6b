import secrets
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from ruoshui.cases.models import Case, CaseType
from ruoshui.core.naming import BilingualName
from ruoshui.organization.models import Permission, Staff, Unit
from ruoshui.organization.models.belonging import set_up_with

QUESTION_KINDS = {"score", "choice", "text"}
MAX_SCORE = 5


def check_questions(questions: object) -> None:
    """A list of {name, kind: score|choice|text, zh, en, options?}; at least one score."""
    problem = ValidationError(
        _("Questions are a list of objects with name, kind (score, choice or text), zh and en; the first is a score.")
    )
    if not isinstance(questions, list) or not questions or len(questions) > 20:
        raise problem
    names = set()
    for question in questions:
        if not isinstance(question, dict) or question.get("kind") not in QUESTION_KINDS:
            raise problem
        if not all(isinstance(question.get(key), str) and question[key] for key in ("name", "zh", "en")):
            raise problem
        options = question.get("options", [])
        if question["kind"] == "choice" and not (
            isinstance(options, list) and options and all(isinstance(o, list) and len(o) == 3 for o in options)
        ):
            raise ValidationError(_("A choice needs options: a list of [code, Chinese, English]."))
        names.add(question["name"])
    if len(names) != len(questions) or questions[0]["kind"] != "score":
        raise problem


@set_up_with(Permission.PROCESSES, "type__unit")
class Survey(BilingualName):
    """What a customer is asked. The first question, 1 to 5, is the satisfaction score."""

    code = models.SlugField(unique=True)
    questions = models.JSONField(_("questions"), validators=[check_questions])
    type = models.ForeignKey(
        CaseType,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        verbose_name=_("case type"),
        help_text=_("Empty: for all types without a survey of their own"),
    )
    follow_up_at = models.PositiveSmallIntegerField(
        _("follow up scores up to"), default=2, validators=[MinValueValidator(0), MaxValueValidator(MAX_SCORE)]
    )
    follow_up_type = models.ForeignKey(
        CaseType,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("type of the follow-up"),
        help_text=_("Empty: that of the case, or a type without a process when its own has one"),
    )
    rest_days = models.PositiveSmallIntegerField(
        _("days until the same customer is asked again"),
        default=30,
        validators=[MaxValueValidator(365)],
        help_text=_("After a complaint they are asked in any case."),
    )
    valid_days = models.PositiveSmallIntegerField(
        _("link valid for (days)"), default=14, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("survey")
        ordering = ("code",)


def new_token() -> str:
    return secrets.token_urlsafe(24)


class InvitationDelivery(models.TextChoices):
    PENDING = "pending", _("to be sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("could not be sent")
    NO_ADDRESS = "no_address", _("no e-mail address: link on the portal")


class Invitation(models.Model):
    """One question to one customer about one closing. `agent` and `unit` answered for are fixed now."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="invitations")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="invitations")
    closing = models.BigIntegerField(unique=True, help_text="id of the CaseClosed event")
    agent = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="invitations")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="invitations")
    token = models.CharField(max_length=40, unique=True, default=new_token)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    delivery = models.CharField(max_length=12, choices=InvitationDelivery.choices, default=InvitationDelivery.PENDING)

    class Meta:
        indexes = (models.Index(fields=["case"], name="invitation_case"),)

    def is_open(self, at: datetime) -> bool:
        return at < self.expires_at and not hasattr(self, "answer")


class Answer(models.Model):
    invitation = models.OneToOneField(Invitation, on_delete=models.CASCADE, related_name="answer")
    score = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(MAX_SCORE)])
    comment = models.TextField(blank=True)
    data = models.JSONField(default=dict)
    language = models.CharField(max_length=10)
    at = models.DateTimeField()
    follow_up = models.OneToOneField(Case, on_delete=models.SET_NULL, null=True, related_name="follows_up")

    class Meta:
        indexes = (models.Index(fields=["at"], name="answer_at"),)
        constraints = (
            models.CheckConstraint(condition=models.Q(score__gte=1, score__lte=MAX_SCORE), name="score_is_1_to_5"),
        )
