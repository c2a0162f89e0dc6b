"""The units, teams, staff and customers a history speaks of: found, or set up once."""

import hashlib
from datetime import datetime

from ruoshui.cases.models import CaseType
from ruoshui.core.actors import SYSTEM
from ruoshui.core.configuring import configure
from ruoshui.customers.actions import register_customer
from ruoshui.customers.models import ContactKind, ContactPoint, Customer
from ruoshui.organization.actions import add_unit, hire, join_team
from ruoshui.organization.models import AssignmentStrategy, Permission, Role, Staff, Team, Unit
from ruoshui.replay.mapping import BadMapping, Mapping


def slug(source: str, name: str) -> str:
    """A stable code for any name: "incidents-3f2a9c1b"."""
    return f"{source}-{hashlib.sha256(name.encode()).hexdigest()[:10]}"


class People:
    """Found once per name and remembered for the run."""

    def __init__(self, mapping: Mapping, at: datetime) -> None:
        self.mapping = mapping
        self.at = at
        self.unit = self._unit()
        self.type = self._type()
        self._staff: dict[str, Staff] = {}
        self._teams: dict[str, Team] = {}
        self._customers: dict[str, Customer] = {}
        self._members: set[tuple[int, int]] = set()

    def _unit(self) -> Unit:
        named = self.mapping.unit
        found = Unit.objects.filter(code=named["code"]).first()
        if found:
            return found
        above = Unit.objects.filter(code=named.get("under", "")).first() or Unit.objects.filter(parent=None).first()
        if above is None:
            raise BadMapping(why="there is no organisation yet; set one up or load the demo first")
        return add_unit(
            code=named["code"],
            name_zh=named["name_zh"],
            name_en=named.get("name_en", ""),
            parent=above,
            by=SYSTEM,
            at=self.at,
        )

    def _type(self) -> CaseType:
        found = CaseType.objects.filter(code=self.mapping.case_type).first()
        if found is None:
            raise BadMapping(why=f"there is no case type {self.mapping.case_type}")
        return found

    def staff(self, name: str) -> Staff:
        if name not in self._staff:
            username = slug(self.mapping.source, name)
            found = Staff.objects.filter(username=username).first()
            role = Role.objects.filter(permissions__contains=["work"]).order_by("pk").first()
            self._staff[name] = found or hire(
                username=username,
                name_zh=name,
                unit=self.unit,
                roles=[role] if role else [],
                password=None,
                by=SYSTEM,
                at=self.at,
            )
        return self._staff[name]

    def team(self, name: str) -> Team:
        if name not in self._teams:
            code = slug(self.mapping.source, name)
            found = Team.objects.filter(code=code).first()
            self._teams[name] = found or configure(
                Team(),
                {
                    "code": code,
                    "name_zh": name,
                    "name_en": name,
                    "unit": self.unit,
                    "strategy": AssignmentStrategy.BY_HAND,
                },
                by=SYSTEM,
                at=self.at,
            )
        return self._teams[name]

    def in_team(self, staff: Staff, team: Team | None) -> None:
        if team is not None and (team.pk, staff.pk) not in self._members and staff.may(Permission.WORK, team.unit):
            join_team(team, staff, by=SYSTEM, at=self.at)
            self._members.add((team.pk, staff.pk))

    def customer(self, name: str) -> Customer:
        if name not in self._customers:
            reference = f"{self.mapping.source}:{name}".lower()
            known = ContactPoint.objects.filter(normal=reference, kind=ContactKind.REFERENCE).select_related("customer")
            point = known.first()
            self._customers[name] = (
                point.customer
                if point
                else register_customer(
                    name=name, contacts=[(ContactKind.REFERENCE, reference)], unit=self.unit, by=SYSTEM, at=self.at
                )
            )
        return self._customers[name]
