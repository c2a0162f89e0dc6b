"""The command line: ruoshui run · serve · worker · migrate · demo · replay · doctor."""

import argparse
import contextlib
import importlib
import os
import sys
from collections.abc import Callable
from pathlib import Path

from ruoshui import __version__
from ruoshui.core.loading import collect_seldom, keep_loaded

# What `mail-in` may answer a mail server with: kept; no such mailbox; anything else is "try again later" (sysexits.h).
KEPT, NO_USER, TRY_AGAIN = 0, 67, 75


def _django() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ruoshui.settings.base")
    django.setup()
    keep_loaded()


def _checked_settings() -> None:
    """Raises ImproperlyConfigured before anything is started, not in each program by itself."""
    importlib.import_module("ruoshui.settings.base")


def _with_database(work: Callable[[argparse.Namespace], int | None]) -> Callable[[argparse.Namespace], int]:
    """Run a command with a database under it: the given one, ours if it runs, else ours for the time.

    75 when the database was lost on the way: what was written whole stays, and the command may be given again.
    """

    def run(arguments: argparse.Namespace) -> int:
        from django.db import InterfaceError, OperationalError

        from ruoshui.operations.postgres import database

        with database():
            _django()
            try:
                return work(arguments) or 0
            except (OperationalError, InterfaceError) as lost:
                print(f"! 与数据库的连接中断。 The database was lost: {str(lost).splitlines()[0]}", file=sys.stderr)
                return TRY_AGAIN

    return run


def run(arguments: argparse.Namespace) -> int:
    from ruoshui.operations.run import run_everything

    _checked_settings()
    return run_everything(host=arguments.host, port=arguments.port, demo=not arguments.empty, reload=arguments.reload)


def serve(arguments: argparse.Namespace) -> int:
    from ruoshui.operations.run import serve_web

    _checked_settings()
    return serve_web(host=arguments.host, port=arguments.port, reload=arguments.reload)


def worker(arguments: argparse.Namespace) -> None:
    _django()
    from ruoshui.operations.worker import work

    work()


def migrate(arguments: argparse.Namespace) -> None:
    from ruoshui.operations.migrating import migrate_database

    migrate_database()


def demo(arguments: argparse.Namespace) -> int:
    from ruoshui.operations.demo import load_demo

    return load_demo()


def demo_passwords(arguments: argparse.Namespace) -> int:
    from ruoshui.operations.demo import settle_demo_passwords

    return settle_demo_passwords()


def replay(arguments: argparse.Namespace) -> int:
    from ruoshui.operations.replaying import replay_command

    return replay_command(
        arguments.file, arguments.mapping, report=arguments.report, limit=arguments.limit, jobs=arguments.jobs
    )


def replay_queues(arguments: argparse.Namespace) -> int:
    from ruoshui.operations.replaying_halls import replay_halls_command

    return replay_halls_command(arguments.shape, arguments.source, unit=arguments.unit, zone=arguments.zone)


def history(arguments: argparse.Namespace) -> int:
    from ruoshui.operations.replaying import load_history

    return load_history()


def admin(arguments: argparse.Namespace) -> int:
    from ruoshui.operations.first import make_admin

    return make_admin(arguments.username, arguments.name or arguments.username)


def mail_in(arguments: argparse.Namespace) -> int:
    from ruoshui.operations.mailing import take_from_pipe

    return take_from_pipe(arguments.address)


def exchange(arguments: argparse.Namespace) -> int:
    _django()
    from ruoshui.operations.exchange import simulate

    return simulate(port=arguments.port, user=arguments.user, secret=arguments.secret)


def events(arguments: argparse.Namespace) -> int:
    _django()
    from ruoshui.operations.event_map import write_event_map

    return write_event_map()


def doctor(arguments: argparse.Namespace) -> int:
    from ruoshui.operations.doctor import examine

    return examine(every_byte=arguments.files, fix=arguments.fix)


def pack(arguments: argparse.Namespace) -> int:
    _django()
    from ruoshui.operations import packing

    if arguments.what == "check":
        return packing.check_command(arguments.names)
    return _with_database(_pack_in_database)(arguments) or 0


def _pack_in_database(arguments: argparse.Namespace) -> int:
    from ruoshui.operations import packing

    if len(arguments.names) != 1:
        print(f"  ruoshui pack {arguments.what} NAME: name one pack.")
        return 2
    (name,) = arguments.names
    if arguments.what == "export":
        return packing.export_command(name, arguments.to or Path(name))
    return packing.install_command(name, unit=arguments.unit, upgrade=arguments.what == "upgrade")


Command = Callable[[str, Callable[[argparse.Namespace], int | None], str], argparse.ArgumentParser]


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="ruoshui", description="若水 Ruoshui: closed-loop customer service")
    top.add_argument("--version", action="version", version=__version__)
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, action: Callable[[argparse.Namespace], int | None], text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text)
        sub.set_defaults(action=action)
        return sub

    _serving(command)
    command("worker", worker, "jobs, promises that fall due, the backlog")
    command("migrate", _with_database(migrate), "bring the database up to date")
    _bringing_in(command)
    _operating(command)
    return top


def _serving(command: Command) -> None:
    for name, action, text in (
        ("run", run, "everything on one machine: database, web, live updates, worker"),
        ("serve", serve, "web pages, API and live updates"),
    ):
        sub = command(name, action, text)
        sub.add_argument("--host", default=os.environ.get("RUOSHUI_HOST", "127.0.0.1"))
        sub.add_argument("--port", type=int, default=int(os.environ.get("RUOSHUI_PORT", "8000")))
        sub.add_argument("--reload", action="store_true", help="start again when the code changes")
        if name == "run":
            sub.add_argument("--empty", action="store_true", help="without the demo organisation")


def _bringing_in(command: Command) -> None:
    command("history", _with_database(history), "replay the shipped mappings over the shared data, or over samples")
    command("demo", _with_database(demo), "load the demo organisation, once")
    own = "give demo accounts that have the known password one of their own, shown once"
    command("demo-passwords", _with_database(demo_passwords), own)
    sub = command("replay", _with_database(replay), "bring in history from a CSV or XLSX file, through the same verbs")
    sub.add_argument("file", type=Path)
    sub.add_argument("--mapping", required=True, help="a mapping file, or the name of one that is shipped")
    sub.add_argument("--report", type=Path, help="where to write the refused rows (default: beside the data)")
    sub.add_argument("--limit", type=int, help="only so many cases")
    sub.add_argument("--jobs", type=int, default=2, help="processes that play cases side by side (default: 2)")
    sub = command("replay-queues", _with_database(replay_queues), "bring in the past of halls, in bulk")
    sub.add_argument("shape", choices=["offices", "calls", "tickets"], help="what the files look like")
    sub.add_argument("source", type=Path, help="the folder of the data, or a CSV or XLSX file of tickets")
    sub.add_argument("--unit", default="", help="the code of the unit that the branches hang under (default: the root)")
    sub.add_argument("--zone", default="", help="time zone of the history, like Asia/Shanghai")
    sub = command("pack", pack, "industry packs: check, install, upgrade, export")
    sub.add_argument("what", choices=["check", "install", "upgrade", "export"])
    sub.add_argument("names", nargs="*", help="a pack that ships, or the folder of one")
    sub.add_argument("--unit", default="", help="the code of the unit that handles its case types (default: the root)")
    sub.add_argument("--to", type=Path, help="the folder to write to (export)")


def _operating(command: Command) -> None:
    sub = command("admin", _with_database(admin), "make an administrator (the first one of an empty installation)")
    sub.add_argument("username")
    sub.add_argument("--name", help="the name shown to others")
    sub = command("mail-in", _with_database(mail_in), "take in one mail from a mail server's pipe")
    sub.add_argument("address", help="the address it came to")
    sub = command("exchange", exchange, "a simulated telephone exchange, to try calls without a real one")
    sub.add_argument("--port", type=int, default=5038)
    sub.add_argument("--user", default="ruoshui")
    sub.add_argument("--secret", required=True)
    command("events", events, "write down who records each event and who reacts to it (docs/reference/events.md)")
    sub = command("doctor", _with_database(doctor), "check the installation and say what to fix")
    sub.add_argument("--files", action="store_true", help="read every file and compare it with what was kept")
    sub.add_argument("--fix", action="store_true", help="put right what older versions left wrong in the data")


def main(given: list[str] | None = None) -> int:
    collect_seldom()
    words = sys.argv[1:] if given is None else given
    return _for_a_mail_server(words) if words[:1] == ["mail-in"] else _done(words)


def _done(words: list[str]) -> int:
    arguments = parser().parse_args(words)
    try:
        result: int | None = arguments.action(arguments)
    except Exception as wrong:
        from django.core.exceptions import ImproperlyConfigured

        if not isinstance(wrong, ImproperlyConfigured):
            raise
        print(f"✗ {wrong}", file=sys.stderr)
        return 2
    return result or 0


def _for_a_mail_server(words: list[str]) -> int:
    """A mail server sends a customer's mail back for every answer it does not know: whatever happens, it is none."""
    try:
        answer = _done(words)
    except SystemExit as wrong:  # the arguments, or --help
        answer = wrong.code if isinstance(wrong.code, int) else TRY_AGAIN
    except BaseException as wrong:
        with contextlib.suppress(OSError, ValueError):
            print(f"  not kept, try again later: {type(wrong).__name__}: {wrong}", file=sys.stderr)
        answer = TRY_AGAIN
    return answer if answer in (KEPT, NO_USER) else TRY_AGAIN


if __name__ == "__main__":
    sys.exit(main())
