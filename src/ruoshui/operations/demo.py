"""The demo organisation, and the passwords of its accounts: known to everybody, so for this machine only."""

import secrets

from django.contrib.auth.hashers import check_password
from django.db import transaction
from django.utils import timezone

from ruoshui.core.actors import SYSTEM
from ruoshui.demo.cases import tell_demo_cases
from ruoshui.demo.passwords import KNOWN
from ruoshui.demo.setup import STAFF, set_up_demo
from ruoshui.demo.utility import PEOPLE
from ruoshui.operations.findings import BAD, LOOK, OK, Findings
from ruoshui.operations.reach import others_reach
from ruoshui.organization.actions import change_password
from ruoshui.organization.models import Staff, Unit

SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"  # none looks like another
NAMES = tuple(row[0] for row in (*STAFF, *PEOPLE))


def load_demo() -> int:
    """Load the demo organisation into an empty installation; elsewhere do nothing."""
    if Unit.objects.exists():
        print("There is an organisation already; the demo is for an empty installation.")
        return 0
    now = timezone.now()
    with transaction.atomic():
        tell_demo_cases(set_up_demo(now), now)
    return settle_demo_passwords() if others_reach() else 0


def with_known_password() -> list[Staff]:
    accounts = Staff.objects.filter(username__in=NAMES, is_active=True).select_related("unit").order_by("pk")
    return [staff for staff in accounts if check_password(KNOWN, staff.password)]


def settle_demo_passwords() -> int:
    """Gives each account that has the known password one of its own, and prints them: they are kept nowhere."""
    fresh = {
        staff: "-".join("".join(secrets.choice(SIGNS) for _n in range(4)) for _part in range(4))
        for staff in with_known_password()
    }
    for staff, password in fresh.items():
        change_password(staff, password, by=SYSTEM, at=timezone.now())
    if fresh:
        print(
            "\n  其他设备可以访问本系统，演示账户已改用各自的密码；仅在此显示一次，请记下。\n"
            "  Other machines can reach this installation, so the demo accounts have passwords of their own.\n"
            "  They are shown only now; write them down.\n"
        )
        print("\n".join(f"      {staff.username:12}{password}" for staff, password in fresh.items()), flush=True)
    return 0


def examine_demo() -> Findings:
    known = ", ".join(staff.username for staff in with_known_password())
    if not known:
        yield OK, "no account has the demo's known password", ""
    elif others_reach():
        yield BAD, f"accounts with the demo's known password: {known}", "run: ruoshui demo-passwords"
    else:
        yield LOOK, "the demo accounts have a known password", "for this machine only; else: ruoshui demo-passwords"
