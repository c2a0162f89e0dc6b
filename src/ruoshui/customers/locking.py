"""Who looks up a contact to register its owner does so alone."""

import zlib
from collections.abc import Iterable

from django.db import connection

# Of our advisory locks with two keys this is the class; the second is the contact.
CLASS = 20_01


def hold_contacts(points: Iterable[tuple[str, str]]) -> None:
    """Until this transaction ends nobody else holds one of these (kind, normal form).

    Whoever comes second waits, and then finds whom the first has registered. Two contacts may share a key: that costs
    a wait and nothing else. Sorted, so that two who hold several never wait for each other.
    """
    keys = sorted({zlib.crc32(f"{kind}:{normal}".encode()) - 2**31 for kind, normal in points})
    with connection.cursor() as cursor:
        for key in keys:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [CLASS, key])
