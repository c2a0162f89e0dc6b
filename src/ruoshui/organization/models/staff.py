from datetime import datetime
from functools import cached_property

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from ruoshui.core.actors import Actor, ActorKind
from ruoshui.core.naming import BilingualName, in_language
from ruoshui.core.statements import Prepared
from ruoshui.organization.models.belonging import set_up_with
from ruoshui.organization.models.permissions import Permission, Reach
from ruoshui.organization.models.roles import Membership
from ruoshui.organization.models.units import Unit, UnitQuerySet

_held = Prepared(lambda staff: Membership.objects.filter(staff_id=staff).select_related("role", "unit"), "staff")


class Presence(models.TextChoices):
    AVAILABLE = "available", _("available")
    BUSY = "busy", _("busy")
    AWAY = "away", _("away")


class StaffManager(BaseUserManager["Staff"]):
    def working_in(self, units: UnitQuerySet) -> models.QuerySet["Staff"]:
        return self.filter(is_active=True, memberships__unit__in=units).distinct()

    def who_may(self, permission: Permission, unit: Unit) -> models.QuerySet["Staff"]:
        """The people whose roles allow it in `unit`: the rule of `may` for many. No service accounts."""
        here = Q(unit=unit) | Q(unit__in=unit.lineage, role__reach=Reach.SUBTREE)
        held = Membership.objects.filter(here, role__permissions__contains=[permission])
        return self.filter(is_active=True, is_service=False, pk__in=held.values("staff"))


@set_up_with(Permission.PEOPLE, "unit")
class Staff(AbstractBaseUser):
    """Someone who works here. `capacity` is how many open cases may be assigned automatically.

    A service account is nobody: a program acts with its rights, by tokens. It has no password and never gets one.
    """

    username = models.CharField(_("user name"), max_length=60, unique=True, validators=[UnicodeUsernameValidator()])
    name_zh = models.CharField(_("Chinese name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="staff", verbose_name=_("home unit"))
    capacity = models.PositiveIntegerField(_("cases at a time"), default=20)
    presence = models.CharField(_("presence"), max_length=10, choices=Presence.choices, default=Presence.AWAY)
    is_active = models.BooleanField(_("may sign in"), default=True)
    password_set_at = models.DateTimeField(default=timezone.now, editable=False)
    must_change_password = models.BooleanField(default=False, editable=False)  # somebody else knows it
    is_service = models.BooleanField(_("service account"), default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = StaffManager()
    USERNAME_FIELD = "username"
    rights_at: int | None = None  # the revision of all rights that this one was read at, where somebody asked for it
    EMAIL_FIELD = "email"

    class Meta:
        verbose_name = _("staff member")
        ordering = ("username",)

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_language(self.name_zh, self.name_en)

    @property
    def actor(self) -> Actor:
        return Actor(ActorKind.STAFF, self.pk)

    def live_topics(self) -> list[str]:
        return [f"staff:{self.pk}"]

    def sealed(self, what: str, secret: str | None = None) -> str:
        """A mark of `what` for this person that nobody else can make, and that ends when the password changes.

        Not made from the password's hash: that is made again, of the same password, when hashing gets stronger.
        """
        whose = f"{self.pk}:{self.password_set_at.timestamp():.6f}"
        return salted_hmac(f"ruoshui.{what}", whose, secret=secret, algorithm="sha256").hexdigest()

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Django's name: a session of another mark is over."""
        return self.sealed("session", secret)

    @cached_property
    def held_roles(self) -> list[Membership]:
        return _held.all(staff=self.pk)

    def may(self, permission: Permission, unit: Unit | None = None) -> bool:
        """Does any role allow it — in `unit`, when one is given?"""
        return any(
            permission in held.role.permissions and (unit is None or _reaches(held, unit)) for held in self.held_roles
        )

    def reaches(self, unit: Unit) -> bool:
        """Does any role reach this unit? The rule of `units_with()` for one unit."""
        return any(_reaches(held, unit) for held in self.held_roles)

    def holds(self, role_id: int | None, unit: Unit) -> bool:
        """Do they hold this very role where it reaches `unit`?"""
        return role_id is not None and any(held.role_id == role_id and _reaches(held, unit) for held in self.held_roles)

    def units_with(self, *permissions: Permission) -> UnitQuerySet:
        """The units in which a role with any of `permissions` (none given: any role) reaches."""
        inside = Q(pk__in=[])
        for held in self.held_roles:
            if permissions and not set(permissions) & set(held.role.permissions):
                continue
            subtree = held.role.reach == Reach.SUBTREE
            inside |= Q(path__startswith=held.unit.path) if subtree else Q(pk=held.unit_id)
        return Unit.objects.filter(inside)

    def sees_everything(self, *permissions: Permission) -> bool:
        """Reaches from a root of the tree: no filter by unit is needed."""
        return any(
            held.role.reach == Reach.SUBTREE
            and held.unit.parent_id is None
            and (not permissions or set(permissions) & set(held.role.permissions))
            for held in self.held_roles
        )


def _reaches(held: Membership, unit: Unit) -> bool:
    if held.role.reach == Reach.SUBTREE:
        return unit.is_within(held.unit)
    return held.unit_id == unit.pk


@set_up_with(Permission.PEOPLE)
class Skill(BilingualName):
    code = models.SlugField(unique=True)

    class Meta:
        verbose_name = _("skill")


class StaffSkill(models.Model):
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="skills")
    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="holders")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["staff", "skill"], name="one_skill_each"),)


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def covering(self, at: datetime) -> "AbsenceQuerySet":
        return self.filter(starts_at__lte=at, ends_at__gt=at)


@set_up_with(Permission.PEOPLE, "staff__unit")
class Absence(models.Model):
    """Away from `starts_at` until `ends_at`; the deputy sees and gets the work meanwhile."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="absences")
    deputy = models.ForeignKey(Staff, on_delete=models.SET_NULL, null=True, blank=True, related_name="deputising")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("absence")
        constraints = (
            models.CheckConstraint(condition=Q(ends_at__gt=models.F("starts_at")), name="absence_ends_after_start"),
            models.CheckConstraint(condition=~Q(staff=models.F("deputy")), name="nobody_deputises_himself"),
        )
        indexes = (models.Index(fields=["ends_at", "starts_at"], name="absence_times"),)
