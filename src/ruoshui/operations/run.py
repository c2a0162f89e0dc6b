"""Start everything on one machine, or the web alone, and say where it is."""

import os
import secrets
import signal
import subprocess
import sys
import time

from ruoshui.operations.greeting import address_of, greet
from ruoshui.operations.holding import InUse, held
from ruoshui.operations.ports import try_ports
from ruoshui.operations.postgres import NoPostgres, database
from ruoshui.operations.processes import Company, Program, bound
from ruoshui.operations.reach import others_reach
from ruoshui.settings.places import data_folder, mark

WEB_PROCESSES = 2
TRIES, PAUSE_SECONDS = 8, 1.0


def serve_web(*, host: str, port: int, reload: bool = False) -> int:
    try:
        try_ports(host, port)
    except InUse as taken:
        print(f"✗ {taken}", file=sys.stderr)
        return 1
    if others_reach(host) and subprocess.run(bound(["ruoshui.cli", "demo-passwords"])).returncode != 0:
        print("! 无法检查演示账户的密码。 The passwords of demo accounts could not be looked at.", file=sys.stderr)
    return Company(_web_programs(host, port, reload)).run()


def _web_programs(host: str, port: int, reload: bool) -> list[Program]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ruoshui.settings.base")
    return [Program("web", _web(host, port, reload=reload)), Program("live updates", _live(host, port))]


def _web(host: str, port: int, *, reload: bool) -> list[str]:
    web = [
        "gunicorn",
        "ruoshui.web.asgi:application",
        "--bind",
        f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "--worker-class",
        "ruoshui.web.serving.Worker",
        "--workers",
        str(WEB_PROCESSES),
        "--preload",
        "--graceful-timeout",
        "10",
        "--log-level",
        "warning",
        "--worker-tmp-dir",
        "/dev/shm",  # noqa: S108 a RAM disk, so that a slow disk never looks like a dead process
    ]
    if not os.path.isdir("/dev/shm"):  # noqa: S108 only Linux has it; gunicorn then uses its own folder
        del web[-2:]
    if reload:
        web = [part for part in web if part != "--preload"] + ["--reload"]
    return web


def _live(host: str, port: int) -> list[str]:
    return [
        "uvicorn",
        "ruoshui.web.live:application",
        "--http",
        "ruoshui.web.edge.protocol:Streaming",
        "--ws",
        "none",
        "--no-server-header",
        "--no-proxy-headers",
        "--host",
        host,
        "--port",
        str(port + 1),
        "--log-level",
        "warning",
        "--no-access-log",
        "--timeout-graceful-shutdown",
        "2",
    ]


def run_everything(*, host: str, port: int, demo: bool, reload: bool) -> int:
    """0 when it was asked to stop, 1 when it could not start or go on; then why is said."""
    os.environ.setdefault("RUOSHUI_PUBLIC_URL", f"http://localhost:{port}")
    started = time.monotonic()
    # Asked to stop while still starting: unwind, so that the database stops too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        # Nothing is changed before both are known to be ours.
        with held(data_folder(), address_of(host, port)) as after_a_kill:
            try_ports(host, port, after_a_kill=after_a_kill)
            with database():
                return _run(host, port, demo=demo, reload=reload, started=started)
    except (InUse, NoPostgres) as wrong:
        print(f"✗ {wrong}", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as failed:
        print(f"✗ ruoshui {failed.cmd[-1]} 失败，未启动。\n  It failed; nothing was started.", file=sys.stderr)
        return 1
    except (KeyboardInterrupt, SystemExit):
        return 0


def _run(host: str, port: int, *, demo: bool, reload: bool, started: float) -> int:
    _say("database", started)
    _do("migrate")
    _say("tables", started)
    first = demo and _load_demo()
    if others_reach(host):
        _do("demo-passwords")
        mark("demo-passwords").touch()
    programs = [*_web_programs(host, port, reload), Program("worker", ["ruoshui.cli", "worker"])]
    if first:
        programs.append(Program("history", ["ruoshui.cli", "history"], once=True))
    # Only our own processes know it: by it we see that it is they who answer.
    os.environ["RUOSHUI_RUN"] = secrets.token_hex(16)
    return Company(programs, greeting=lambda company: greet(company, host, port, first=first, started=started)).run()


def _do(command: str) -> None:
    """Again when the database was lost on the way: what looks after it has started it once more by then."""
    program = bound(["ruoshui.cli", command])
    for _try in range(TRIES - 1):
        done = subprocess.run(program, check=False)
        if done.returncode != os.EX_TEMPFAIL:
            done.check_returncode()
            return
        time.sleep(PAUSE_SECONDS)
    subprocess.run(program, check=True)


def _load_demo() -> bool:
    """True while history is still to be brought in: the first time, or after an interruption."""
    loaded = mark("demo-loaded")
    if not loaded.exists():
        _do("demo")
        loaded.parent.mkdir(parents=True, exist_ok=True)
        loaded.touch()
    return not mark("history-loaded").exists()


def _say(what: str, started: float) -> None:
    print(f"  ✓ {what}  {time.monotonic() - started:.1f} s", flush=True)
