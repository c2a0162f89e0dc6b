"""`bin/bench WHAT`: every figure that docs/reference/measured.md quotes, measured by one command."""

import argparse
import os
import sys
from collections.abc import Callable
from importlib import import_module

Arguments = argparse.ArgumentParser


def _cases(sub: Arguments) -> None:
    sub.add_argument("--sizes", default="1000,100000,1000000", help="cases in the database, one after another")
    _seconds(sub)


def _seconds(sub: Arguments) -> None:
    sub.add_argument("--seconds", type=float, default=10.0, help="how long the load lasts")


def _mails(sub: Arguments) -> None:
    sub.add_argument("--mails", type=int, default=200, help="mails that come in")


def _through_tasks(sub: Arguments) -> None:
    sub.add_argument("--cases", type=int, default=60, help="cases that go through a process")


def _queues(sub: Arguments) -> None:
    _seconds(sub)
    sub.add_argument("--rate", type=float, default=200.0, help="numbers, and as many calls, a second")
    sub.add_argument("--kill", action="store_true", help="then kill web, worker and database under load")


def _science(sub: Arguments) -> None:
    sub.add_argument("--only", default="", help="some parts, separated by commas")
    sub.add_argument("--plots", action="store_true", help="draw the plots of the library's page")


def _screens(sub: Arguments) -> None:
    _seconds(sub)
    sub.add_argument("--rate", type=float, default=17.0, help="numbers, and as many calls, a second")


def _clocks(sub: Arguments) -> None:
    sub.add_argument("--count", type=int, default=100_000, help="clocks that fall due")


def _nothing(_sub: Arguments) -> None:
    pass


# Each is a module here with a function `measure` that takes the arguments by name and answers with the exit status.
BENCHES: dict[str, tuple[str, Callable[[Arguments], None]]] = {
    "arrivals": ("a bank's calls, each day predicted from the days before it", _nothing),
    "cases": ("cases opened, listed, found through the API; memory", _cases),
    "mail": ("mails kept, read and taken in by two workers", _mails),
    "memory": ("what web, live updates, worker and database take after some load", _seconds),
    "process": ("cases through a process of ten tasks", _through_tasks),
    "queues": ("numbers taken and called in 500 branches", _queues),
    "science": ("the numerical heart beside its peers", _science),
    "screens": ("every branch with its screens, and phones that follow a number", _screens),
    "sweeper": ("very many promises that fall due at once", _clocks),
    "waits": ("the live announcer on the past of offices and of calls", _nothing),
    "worktime": ("working calendars beside their peers", _nothing),
}


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="bin/bench", description="measure; every figure we quote comes from here")
    commands = top.add_subparsers(dest="what", required=True, metavar="WHAT")
    for name, (text, arguments) in BENCHES.items():
        arguments(commands.add_parser(name, help=text, description=text))
    return top


def main() -> int:
    asked = vars(parser().parse_args())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ruoshui.settings.base")
    found: int = import_module(f"bench.{asked.pop('what')}").measure(**asked)
    return found


if __name__ == "__main__":
    sys.exit(main())
