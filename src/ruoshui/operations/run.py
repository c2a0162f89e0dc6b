"""Start everything on one machine, or the web alone, and say where it is."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress

from ruoshui.operations.postgres import NoPostgres, database
from ruoshui.operations.processes import Company, Program, ruoshui
from ruoshui.settings.places import mark

WEB_PROCESSES = 2


def serve_web(*, host: str, port: int, reload: bool = False) -> int:
    Company(_web_programs(host, port, reload)).run()
    return 0


def _web_programs(host: str, port: int, reload: bool) -> list[Program]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ruoshui.settings.base")
    web = [
        sys.executable,
        "-m",
        "gunicorn",
        "ruoshui.web.asgi:application",
        "--bind",
        f"{host}:{port}",
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
    live = [
        sys.executable,
        "-m",
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
    return [Program("web", web), Program("live updates", live)]


def run_everything(*, host: str, port: int, demo: bool, reload: bool) -> int:
    os.environ.setdefault("RUOSHUI_PUBLIC_URL", f"http://localhost:{port}")
    started = time.monotonic()
    # Asked to stop while still starting: unwind, so that the database stops too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        with database():
            _say("database", started)
            subprocess.run(ruoshui("migrate"), check=True)
            _say("tables", started)
            first = demo and _load_demo()
            programs = [*_web_programs(host, port, reload), Program("worker", ruoshui("worker"))]
            if first:
                programs.append(Program("history", ruoshui("history"), once=True))
            Company(programs, greeting=lambda: _greet(host, port, first, started)).run()
    except NoPostgres as missing:
        print(f"✗ {missing}", file=sys.stderr)
        return 1
    except (KeyboardInterrupt, SystemExit):
        return 0
    return 0


def _load_demo() -> bool:
    """True while history is still to be brought in: the first time, or after an interruption."""
    loaded = mark("demo-loaded")
    if not loaded.exists():
        subprocess.run(ruoshui("demo"), check=True)
        loaded.parent.mkdir(parents=True, exist_ok=True)
        loaded.touch()
    return not mark("history-loaded").exists()


def _say(what: str, started: float) -> None:
    print(f"  ✓ {what}  {time.monotonic() - started:.1f} s", flush=True)


def _greet(host: str, port: int, first: bool, started: float) -> None:
    url = f"http://{'localhost' if host in ('127.0.0.1', '0.0.0.0') else host}:{port}"  # noqa: S104 compared only
    for _attempt in range(300):
        with suppress(OSError):
            urllib.request.urlopen(f"{url}/healthz", timeout=2).close()  # noqa: S310 our own address
            break
        time.sleep(0.1)
    _say("web", started)
    print(
        f"""
  若水 Ruoshui  {url}

    客户门户  portal      {url}/
    工作台    workspace   {url}/work/
    驾驶舱    cockpit     {url}/cockpit/
    接口      API         {url}/api/v1/docs

    demo accounts (password: ruoshui-demo)
      admin  系统管理员 administrator    lead  主管 supervisor
      chen, wang, zhao  客服 agents       field  抢修 field service
      east, east2  柜员 at the counter    lobby  大堂经理 lobby manager

  Ctrl-C stops everything.{"  History is being brought in meanwhile." if first else ""}
""",
        flush=True,
    )
