"""Whose live updates go on: of people who work here, while their rights are what they were when it began."""

import time
from collections.abc import Collection, Iterable

import psycopg

LOOK_SECONDS = 2.0
REVISION = "SELECT revision FROM organization_rights"
# What the rights of a person come from, as one word each; nothing for who may not sign in.
RIGHTS = """
    SELECT staff.id, md5(coalesce(string_agg(concat_ws(':', role.id, unit.path, role.reach, role.permissions), ';'
        ORDER BY held.id), ''))
    FROM organization_staff staff
    LEFT JOIN organization_membership held ON held.staff_id = staff.id
    LEFT JOIN organization_unit unit ON unit.id = held.unit_id
    LEFT JOIN organization_role role ON role.id = held.role_id
    WHERE staff.is_active AND staff.id = ANY(%s) GROUP BY staff.id
"""
Connection = psycopg.AsyncConnection[tuple[object, ...]]


class KnownRights:
    """What is known of the rights of those who follow. A page signed before they changed is not taken up again."""

    def __init__(self) -> None:
        self.revision: object = None
        self.rights: dict[int, object] = {}
        self.changed: dict[int, float] = {}

    def is_stale(self, people: Collection[int], since: float) -> bool:
        return any(self.changed.get(pk, 0) >= since for pk in people)

    async def fallen(self, connection: Connection, people: Collection[int]) -> set[int]:
        """Of `people` those who no longer work here, or have other rights. Mostly one look: did anything change?"""
        row = await (await connection.execute(REVISION)).fetchone()
        revision = row[0] if row else None
        if revision == self.revision and self.rights.keys() >= set(people):
            return set()
        asked = self.asked(people)
        return self.compared(revision, asked, await (await connection.execute(RIGHTS, [asked])).fetchall())

    def asked(self, people: Collection[int]) -> list[int]:
        """Those of before too: somebody whose page sleeps comes back with what was signed for it then."""
        return sorted({*people, *self.rights})

    def compared(self, revision: object, asked: Collection[int], rows: Iterable[tuple[object, ...]]) -> set[int]:
        found = {int(str(pk)): word for pk, word in rows}
        fallen = {pk for pk in asked if pk not in found or self.rights.get(pk, found[pk]) != found[pk]}
        self.changed |= dict.fromkeys(fallen, time.time())
        self.revision, self.rights = revision, found
        return fallen


def people_in(topics: Collection[str]) -> list[int]:
    """Whose page it is that follows these: each page of somebody who works here follows its own reader."""
    return [int(one.removeprefix("staff:")) for one in topics if one.startswith("staff:")]
