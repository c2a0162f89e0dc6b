"""Stay signed in to an exchange, pass on what it tells, dial what somebody pressed."""

import logging
import threading
from datetime import timedelta

from django.db import close_old_connections
from django.utils import timezone

from ruoshui.channels.actions.calling import end_lost_calls, next_dial, placed, take_call_told
from ruoshui.channels.leasing import leased
from ruoshui.channels.models import Exchange, Extension
from ruoshui.channels.phone.ami import Ami, AmiError, told_by

log = logging.getLogger(__name__)
LEASE = timedelta(seconds=20)
LISTEN_SECONDS, PING_EVERY = 0.5, 10


def watch_exchange(code: str, stopping: threading.Event, me: str) -> None:
    """While the lease is ours, until told to stop. What goes wrong is written on the exchange."""
    exchange = leased(Exchange, code, me, LEASE)
    if exchange is None:
        return
    try:
        with Ami(exchange.host, exchange.port, exchange.user, exchange.secret) as ami:
            end_lost_calls(exchange, set(ami.channels()), at=timezone.now())
            _stay(ami, exchange, stopping, me)
    except Exception as wrong:  # an exchange has many ways to fail; none may end the worker
        log.warning("exchange %s: %s", code, wrong)
        told = f"{type(wrong).__name__}: {wrong}"[:300]
        Exchange.objects.filter(code=code).update(trouble=told, watched_until=timezone.now())


def _stay(ami: Ami, exchange: Exchange, stopping: threading.Event, me: str) -> None:
    rounds = 0
    while not stopping.is_set():
        if rounds % PING_EVERY == 0:
            if not leased(Exchange, exchange.code, me, LEASE):
                return
            ami.send("Ping")
            Exchange.objects.filter(pk=exchange.pk).update(trouble="", looked_at=timezone.now())
            numbers = Extension.objects.filter(exchange=exchange).values_list("number", flat=True)
            extensions = frozenset(numbers)
        rounds += 1
        for block in ami.listen(LISTEN_SECONDS):
            told = told_by(block, extensions)
            if told is not None:
                take_call_told(exchange, told, at=timezone.now())
            if block.get("Response") == "Error" and block.get("ActionID", "").startswith("dial-"):
                placed(int(block["ActionID"].removeprefix("dial-")), error=block.get("Message", ""), at=timezone.now())
        _dial(ami, exchange)
        close_old_connections()
    Exchange.objects.filter(pk=exchange.pk, watched_by=me).update(watched_until=timezone.now())


def _dial(ami: Ami, exchange: Exchange) -> None:
    """Claimed before it is sent: a telephone that rings twice for one press is worse than one press lost."""
    while (dial := next_dial(exchange, at=timezone.now())) is not None:
        try:
            ami.send(
                "Originate",
                ActionID=f"dial-{dial.pk}",
                Channel=f"{exchange.technology}/{dial.extension.number}",
                Context=exchange.context,
                Exten=dial.number,
                Priority="1",
                CallerID=dial.number,
                Async="true",
            )
        except AmiError as wrong:
            placed(dial.pk, error=str(wrong), at=timezone.now())
            raise
