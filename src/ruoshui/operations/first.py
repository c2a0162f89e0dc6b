"""ruoshui admin: the first administrator of an empty installation, or another one."""

import getpass
import os
import sys

from django.utils import timezone

from ruoshui.core.actors import SYSTEM
from ruoshui.core.configuring import configure
from ruoshui.core.refusals import Refusal
from ruoshui.core.verbs import verb
from ruoshui.organization.actions import add_unit, hire
from ruoshui.organization.models import Permission, Reach, Role, Staff, Unit


def make_admin(username: str, name: str) -> int:
    password = os.environ.get("RUOSHUI_ADMIN_PASSWORD") or getpass.getpass("Password: ")
    try:
        staff = _make(username, name, password)
    except Refusal as refused:
        print(f"✗ {refused}", file=sys.stderr)
        return 1
    print(f"  ✓ {staff.username} may now sign in and change the settings of {staff.unit.name}")
    return 0


@verb
def _make(username: str, name: str, password: str) -> Staff:
    now = timezone.now()
    top = Unit.objects.filter(parent=None).first() or add_unit(
        code="hq", name_zh="总部", name_en="Headquarters", parent=None, by=SYSTEM, at=now
    )
    role = Role.objects.filter(code="admin").first() or configure(
        Role(),
        {
            "code": "admin",
            "name_zh": "系统管理员",
            "name_en": "Administrator",
            "reach": Reach.SUBTREE,
            "permissions": [str(permission) for permission in Permission],
        },
        by=SYSTEM,
        at=now,
    )
    return hire(username=username, name_zh=name, unit=top, roles=[role], password=password, by=SYSTEM, at=now)
