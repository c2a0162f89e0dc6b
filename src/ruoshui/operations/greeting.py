"""What `ruoshui run` says once the web answers: our own web, not somebody else's on the same port."""

import http.client
import os
import time
from contextlib import suppress
from urllib.parse import urlsplit

from ruoshui.operations.processes import Company
from ruoshui.settings.places import mark

EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 compared only
PATIENCE_SECONDS = 20.0


def address_of(host: str, port: int) -> str:
    shown = "localhost" if host == "127.0.0.1" or host in EVERYWHERE else f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}"


def greet(company: Company, host: str, port: int, *, first: bool, started: float) -> None:
    """Says nothing unless our own web and live updates answer; says so every while they do not."""
    patient_until = time.monotonic() + PATIENCE_SECONDS
    while not all(answers_as_ours(host, one) for one in (port, port + 1)):
        if company.stopping:
            return
        if time.monotonic() > patient_until:
            print("  … 页面尚未就绪，继续等待。 The pages do not answer yet; still waiting.", flush=True)
            patient_until += PATIENCE_SECONDS
        time.sleep(0.1)
    print(f"  ✓ web  {time.monotonic() - started:.1f} s", flush=True)
    print(_words(address_of(host, port), first), flush=True)


def answers_as_ours(host: str, port: int) -> bool:
    run = os.environ.get("RUOSHUI_RUN", "")
    connection = http.client.HTTPConnection(EVERYWHERE.get(host, host), port, timeout=2)
    with suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/healthz", headers={"Host": _name(), "X-Ruoshui-Run": run})
        return connection.getresponse().headers.get("X-Ruoshui-Run") == "ours"
    return False


def _name() -> str:
    """One that the web answers to."""
    allowed = os.environ.get("RUOSHUI_HOSTS", "*").split(",")[0].strip().lstrip(".")
    return (
        (urlsplit(os.environ.get("RUOSHUI_PUBLIC_URL", "")).netloc or "localhost") if allowed in ("", "*") else allowed
    )


def _demo_words() -> str:
    if not mark("demo-loaded").exists():
        return ""
    password = (
        "演示账户的密码在更换时显示过一次 their passwords were shown once, when they got them"
        if mark("demo-passwords").exists()
        else "password: ruoshui-demo"
    )
    return f"""
    demo accounts ({password})
      admin  系统管理员 administrator    lead  主管 supervisor
      chen, wang, zhao  客服 agents       field  抢修 field service
      east, east2  柜员 at the counter    lobby  大堂经理 lobby manager
"""


def _words(url: str, first: bool) -> str:
    return f"""
  若水 Ruoshui  {url}

    客户门户  portal      {url}/
    工作台    workspace   {url}/work/
    驾驶舱    cockpit     {url}/cockpit/
    接口      API         {url}/api/v1/docs
{_demo_words()}
  Ctrl-C stops everything.{"  History is being brought in meanwhile." if first else ""}
"""
