"""A mail comes in: kept first, understood later."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from ruoshui.channels.mail.letters import read_letter
from ruoshui.channels.models import LetterIn, LetterState, Mailbox
from ruoshui.core.content import digest_of, keep_content

LARGEST = 50 * 1024 * 1024


@transaction.atomic
def receive_letter(mailbox: Mailbox, raw: bytes, *, at: datetime) -> LetterIn:
    """The same bytes are kept once, however often they are fetched. Never refuses: what cannot be read is kept as well.

    Returns what is known of it already when it was there.
    """
    digest = digest_of(raw)
    known = LetterIn.objects.filter(mailbox=mailbox, digest=digest).first()
    if known is not None:
        keep_content(known, raw)  # comes again what the disk has lost, it is whole again
        return known
    letter = read_letter(raw)
    made = LetterIn(
        mailbox=mailbox,
        message_id=letter.message_id,
        sender=letter.sender[:255],
        subject=letter.subject,
        received_at=at,
    )
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
    """What became of it. The caller holds its row."""
    letter.state, letter.reasons = state, [reason[:200] for reason in reasons][:20]
    letter.verdict, letter.case_id, letter.message_pk = verdict or letter.verdict, case, message
    letter.save(update_fields=["state", "reasons", "verdict", "case_id", "message_pk"])
    return letter
