"""Every connection of ours to the database has bounds: nobody waits without end for a server that has gone."""

from typing import Any

# libpq's own names. What the address itself says goes before.
BOUNDS = {
    "connect_timeout": "2",  # seconds, for each host
    "tcp_user_timeout": "10000",  # milliseconds that what was sent may go without being received
    "keepalives": "1",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
}
# For the statements of core/statements.py, the only ones prepared: planned once, not at each execution.
PLANS = "-c plan_cache_mode=force_generic_plan"
# Whoever waits for a page; a migration, an import or a sweep may take its time.
PAGES = "-c statement_timeout=30s -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s"
DJANGOS_OWN = ("pool", "prepare_threshold", "server_side_binding", "isolation_level", "assume_role")


def bounded(options: dict[str, Any], *, pages: bool) -> dict[str, Any]:
    """The options of an address with our bounds under them."""
    words = [PLANS, PAGES if pages else "", str(options.get("options", ""))]
    return {**BOUNDS, **options, "options": " ".join(filter(None, words)).strip()}


def plain_parameters() -> dict[str, Any]:
    """For a connection beside Django's: all that the settings say of the database, by libpq's names."""
    from django.conf import settings

    database = settings.DATABASES["default"]
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    given = {ours: str(database.get(its) or "") for ours, its in names.items()}
    options = {name: value for name, value in database["OPTIONS"].items() if name not in DJANGOS_OWN}
    return {**options, **{name: value for name, value in given.items() if value}}
