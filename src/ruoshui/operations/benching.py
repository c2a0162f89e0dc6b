"""`ruoshui bench`: which measurements there are, and what they are asked."""

import argparse
import importlib


def bench(arguments: argparse.Namespace) -> int:
    if arguments.what in ("arrivals", "waits", "worktime"):
        module = importlib.import_module(f"ruoshui.operations.bench_{arguments.what}")
        return int(getattr(module, f"run_{arguments.what}_bench")())
    if arguments.what == "science":
        from ruoshui.operations.bench_science import run_science_bench

        return run_science_bench(arguments.only, plots=arguments.plots)
    if arguments.what == "sweeper":
        from ruoshui.operations.bench_sweeper import run_sweeper_bench

        return run_sweeper_bench(arguments.count)
    if arguments.what == "queues":
        from ruoshui.operations.bench_queues import run_queues_bench

        return run_queues_bench(seconds=arguments.seconds, rate=arguments.rate or 200.0, kill=arguments.kill)
    if arguments.what == "screens":
        from ruoshui.operations.bench_screens import run_screens_bench

        return run_screens_bench(seconds=arguments.seconds, rate=arguments.rate or 17.0)
    if arguments.what == "mail":
        from ruoshui.operations.bench_mail import run_mail_bench

        return run_mail_bench(arguments.mails)
    if arguments.what == "process":
        from ruoshui.operations.bench_process import run_process_bench

        return run_process_bench(arguments.cases)
    from ruoshui.operations.bench import run_bench

    return run_bench(arguments.what, sizes=arguments.sizes, seconds=arguments.seconds)


BENCHES = [
    "arrivals", "cases", "mail", "memory", "process", "queues", "science", "screens", "sweeper", "waits", "worktime",
]  # fmt: skip


def bench_arguments(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("what", choices=BENCHES)
    sub.add_argument("--sizes", default="1000,100000,1000000")
    sub.add_argument("--seconds", type=float, default=10.0)
    sub.add_argument("--count", type=int, default=100_000, help="clocks that fall due (sweeper)")
    sub.add_argument("--cases", type=int, default=60, help="cases that go through a process (process)")
    sub.add_argument("--mails", type=int, default=200, help="mails that come in (mail)")
    sub.add_argument("--only", default="", help="parts of the science bench, separated by commas")
    sub.add_argument("--rate", type=float, help="numbers, and as many calls, a second (queues: 200, screens: 17)")
    sub.add_argument("--kill", action="store_true", help="then kill web, worker and database under load (queues)")
    sub.add_argument("--plots", action="store_true", help="draw the plots of the library's page (science)")
