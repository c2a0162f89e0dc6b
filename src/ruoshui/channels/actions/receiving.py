"""A mail comes in: kept first, byte for byte; read and understood later."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from ruoshui.channels.models import LetterIn, LetterState, Mailbox
from ruoshui.core.content import digest_of, keep_content

LARGEST = 50 * 1024 * 1024


@transaction.atomic
def receive_letter(mailbox: Mailbox, raw: bytes, *, at: datetime) -> LetterIn:
    """The same bytes are kept once, however often they are fetched. Nothing of them is looked at: no mail can be so odd
    that it is not kept. Raises only what disk and database raise.

    Returns what is known of it already when it was there.
    """
    digest = digest_of(raw)
    known = LetterIn.objects.filter(mailbox=mailbox, digest=digest).first()
    if known is not None:
        keep_content(known, raw)  # comes again what the disk has lost, it is whole again
        return known
    made = LetterIn(mailbox=mailbox, received_at=at, next_at=at)
    keep_content(made, raw)
    # Two fetchers may come with the same mail at once: the second finds the first one's row.
    LetterIn.objects.bulk_create([made], ignore_conflicts=True)
    return LetterIn.objects.get(mailbox=mailbox, digest=digest)


def settle_letter(
    letter: LetterIn,
    state: LetterState,
    *,
    reasons: Iterable[str] = (),
    verdict: str = "",
    case: int | None = None,
    message: int | None = None,
) -> LetterIn:
    """What became of it, with what was read of its head. The caller holds its row."""
    letter.state, letter.next_at, letter.reasons = state, None, _fitting(reasons)
    letter.verdict, letter.case_id, letter.message_pk = verdict or letter.verdict, case, message
    head = ["message_id", "sender", "subject"]
    letter.save(update_fields=["state", "attempts", "next_at", "reasons", "verdict", "case_id", "message_pk", *head])
    return letter


def put_letter_off(letter: LetterIn, why: str) -> LetterIn:
    """It stays new; `attempts` and `next_at` are set. The caller holds its row."""
    letter.reasons = _fitting([f"later:{why}"])
    letter.save(update_fields=["attempts", "next_at", "reasons"])
    return letter


def _fitting(reasons: Iterable[str]) -> list[str]:
    return [reason[:200] for reason in reasons][:20]
