"""The database server's own log: what it may say. A failed statement carries what a customer wrote."""

from django.db import connection

from ruoshui.operations.findings import LOOK, OK, Findings
from ruoshui.operations.wordless import NO_WORDS

# What keeps words, of those that somebody else's server may have otherwise.
HARMLESS = {
    "log_min_error_statement": {"log", "fatal", "panic"},
    "log_error_verbosity": {"terse"},
    "log_parameter_max_length_on_error": {"0"},
    "log_statement": {"none", "ddl"},
    "log_min_duration_statement": {"-1"},
    "log_min_duration_sample": {"-1"},
}


def examine_server_log() -> Findings:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(NO_WORDS)])
        found = dict(cursor.fetchall())
    if found.get("log_min_messages") in ("log", "fatal", "panic"):
        found |= {"log_min_error_statement": "panic", "log_error_verbosity": "terse"}  # errors are not logged at all
    wordy = [name for name, good in HARMLESS.items() if found.get(name, next(iter(good))) not in good]
    if not wordy:
        yield OK, "the database's log keeps no words of customers", ""
        return
    changes = " ".join(f"ALTER SYSTEM SET {name} = {NO_WORDS[name]};" for name in wordy)
    yield (
        LOOK,
        "the database's log keeps statements with what customers wrote",
        f"as its administrator: {changes} SELECT pg_reload_conf();",
    )
