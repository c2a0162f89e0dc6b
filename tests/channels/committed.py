"""A mailbox that other processes and threads see, unlike what a test does in its transaction."""

from contextlib import closing, contextmanager

import psycopg
from django.db import connection

ADDRESS = "pipe@bank.example"
MAILBOX = (
    "INSERT INTO channels_mailbox (code, name_zh, name_en, address, unit_id, type, plus_addresses, imap_host, imap_port,"
    " imap_tls, imap_user, imap_folder, auth_server, is_active, seen_uid, missed_uids, watched_by, trouble)"
    " SELECT 'pipe', '管道', 'Pipe', %s, id, 'enquiry', true, '', 993, true, '', 'INBOX', '', true, 0, '{}', '', ''"
    " FROM organization_unit WHERE code = 'city'"
)


@contextmanager
def committed_mailbox():
    """Gives a connection to look with; the mailbox and what came to it are gone afterwards."""
    given = connection.settings_dict
    place = {"dbname": given["NAME"], "user": given["USER"], "password": given["PASSWORD"], "host": str(given["HOST"])}
    with closing(psycopg.connect(autocommit=True, **place)) as line:
        line.execute(MAILBOX, [ADDRESS])
        try:
            yield line
        finally:
            line.execute(
                "DELETE FROM channels_letterin USING channels_mailbox m WHERE mailbox_id = m.id AND m.code = 'pipe'"
            )
            line.execute("DELETE FROM channels_mailbox WHERE code = 'pipe'")
