"""ruoshui doctor: look at the installation and say what to fix."""

import shutil
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.mail import get_connection
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from ruoshui.core.partitions import partition_name
from ruoshui.core.readiness import checks
from ruoshui.core.scanning import scan, scanner
from ruoshui.operations.demo import examine_demo
from ruoshui.operations.doubled import examine_customers
from ruoshui.operations.findings import BAD, LOOK, OK, Finding
from ruoshui.operations.in_front import examine_front
from ruoshui.operations.kept_files import examine_files
from ruoshui.operations.repairs import examine_data
from ruoshui.operations.server_log import examine_server_log
from ruoshui.organization.models import SETTING_UP, Calendar, Membership, Reach, Unit
from ruoshui.organization.statutory import unannounced_soon
from ruoshui.organization.worktimes import worktime_of
from ruoshui.sla.choosing import published_rows
from ruoshui.sla.models import Clock
from ruoshui.web.printing import can_print

LEAST_FREE_BYTES = 2 * 1024**3


def examine(*, every_byte: bool = False, fix: bool = False) -> int:
    """Prints a line a finding; 1 when something must be fixed. `every_byte`: files are read, not only measured. `fix`:
    what older versions left wrong in the data is put right.
    """
    worst = 0
    try:
        for mark, what, mend in _findings(every_byte, fix):
            print(f"  {mark} {what}" + (f"\n      → {mend}" if mend else ""))
            worst = max(worst, mark == BAD)
    except DatabaseError as wrong:
        print(f"  {BAD} database: {wrong}\n      → run: ruoshui migrate")
        return 1
    return int(worst)


def _findings(every_byte: bool, fix: bool) -> Iterator[Finding]:
    yield OK, f"Python {sys.version.split()[0]}", ""
    yield from _database()
    yield from examine_server_log()
    yield from examine_front()
    yield from examine_demo()
    yield from _files()
    yield from examine_files(every_byte=every_byte)
    yield from _papers()
    yield from _mail()
    yield from _organization()
    yield from _work()
    yield from examine_data(fix=fix)
    yield from examine_customers()
    yield from _readiness()


def _database() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version'), pg_encoding_to_char(encoding), datcollate "
            "FROM pg_database WHERE datname = current_database()"
        )
        version, encoding, collation = cursor.fetchone()
    good = int(version.split(".")[0]) >= 15 and encoding == "UTF8"
    yield (
        OK if good else BAD,
        f"PostgreSQL {version}, {encoding}, {collation}",
        "" if good else "use PostgreSQL 15 or newer with UTF8",
    )
    if collation in ("C", "POSIX"):
        yield LOOK, "the database's locale is C", "lower case of letters beyond ASCII fails; make it with C.UTF-8"
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    yield (
        (BAD, f"{len(plan)} migrations are missing", "run: ruoshui migrate")
        if plan
        else (OK, "tables are up to date", "")
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [partition_name(timezone.now())])
        ready = cursor.fetchone()[0]
    yield (
        (OK, "this month's events have their partition", "")
        if ready
        else (LOOK, "this month has no partition yet", "run: ruoshui migrate")
    )


def _files() -> Iterator[Finding]:
    data = Path(settings.DATA)
    free = shutil.disk_usage(data if data.exists() else data.parent).free
    yield (
        OK if free > LEAST_FREE_BYTES else LOOK,
        f"{free / 1024**3:.0f} GB free in {data}",
        "" if free > LEAST_FREE_BYTES else "make room: attachments and the database grow here",
    )
    built = finders.find("built/app.js")
    yield (
        (OK, "screens are built", "")
        if built
        else (BAD, "the screens' scripts are not built", "run: bin/run, or npm ci && npm run build in frontend")
    )
    compiled = list(Path(settings.LOCALE_PATHS[0]).rglob("django.mo"))
    yield (OK, "translations are compiled", "") if compiled else (BAD, "translations are not compiled", "run: bin/run")


def _papers() -> Iterator[Finding]:
    if not can_print():
        mend = "install Pango and a Chinese font (Debian: libpango-1.0-0 libpangoft2-1.0-0 fonts-noto-cjk)"
        yield LOOK, "no PDF can be made; pages can be printed", mend
    else:
        yield OK, "PDF can be made", ""
    if not scanner():
        yield LOOK, "files are not checked for viruses", "set RUOSHUI_CLAMAV to clamd's socket or host:port"
        return
    try:
        scan(b"nothing", strict=True)
        yield OK, "the virus scanner answers", ""
    except (OSError, ValueError) as wrong:
        yield BAD, f"the virus scanner does not answer: {wrong}", "check RUOSHUI_CLAMAV and clamd"


def _mail() -> Iterator[Finding]:
    if "filebased" in settings.EMAIL_BACKEND:
        yield LOOK, "no mail server is set up; letters are kept as files", "set RUOSHUI_SMTP_HOST"
        return
    try:
        mail = get_connection(timeout=5)
        mail.open()
        mail.close()
        yield OK, "the mail server answers", ""
    except OSError as wrong:
        yield BAD, f"the mail server does not answer: {wrong}", "check RUOSHUI_SMTP_HOST, _PORT, _USER, _PASSWORD"


def _organization() -> Iterator[Finding]:
    if not Unit.objects.exists():
        yield LOOK, "there is no organisation yet", "run: ruoshui demo, or set it up under Settings"
        return
    everywhere = Membership.objects.filter(staff__is_active=True, unit__parent=None, role__reach=Reach.SUBTREE)
    held = {right for permissions in everywhere.values_list("role__permissions", flat=True) for right in permissions}
    missing = [str(right) for right in SETTING_UP if right not in held]
    yield (
        (BAD, f"nobody may change all the settings: {', '.join(missing)}", "run: ruoshui admin")
        if missing
        else (OK, "somebody may change the settings of the whole organisation", "")
    )
    for calendar in Calendar.objects.select_related("holidays"):
        if not worktime_of(calendar).starts:
            yield (
                BAD,
                f"the calendar {calendar.code} is closed on every day",
                "give it working hours: no promise can be dated by it",
            )
    now = timezone.localtime()
    if year := unannounced_soon(now.date()):
        yield LOOK, f"the official days off of {year} are not here", "enter the notice under Settings → Calendars"
    fallback = any(
        not (row.type_id or row.tier_id or row.unit_id or row.priority or row.channel) for row in published_rows()
    )
    yield (
        (OK, "every case gets a service level", "")
        if fallback
        else (LOOK, "some cases get no service level", "add a row without conditions as the last one of the strategy")
    )


def _work() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY 1")
        jobs = dict(cursor.fetchall())
    failed, waiting = jobs.get("failed", 0), jobs.get("todo", 0)
    yield (
        (
            LOOK,
            f"{failed} jobs failed for good",
            "see procrastinate_jobs; retry: ruoshui worker runs retries by itself up to 12 times",
        )
        if failed
        else (OK, f"no failed jobs, {waiting} waiting", "")
    )
    overdue = Clock.objects.to_sweep(timezone.now() - timedelta(minutes=1)).count()
    yield (
        (BAD, f"{overdue} promises fell due and nobody noticed", "start a worker: ruoshui worker")
        if overdue
        else (OK, "every promise that fell due was noticed", "")
    )


def _readiness() -> Iterator[Finding]:
    """What /readyz says."""
    mends = {
        "database": "see why the server only reads: a failover, a full disk, default_transaction_read_only",
        "disk": "make room, or give the files' folder back its rights",
        "sweeps": "start a worker: ruoshui worker",
        "jobs": "start a worker: ruoshui worker",
    }
    for check in checks():
        yield (OK, check.told, "") if check.is_well else (BAD, check.told, mends[check.name])
