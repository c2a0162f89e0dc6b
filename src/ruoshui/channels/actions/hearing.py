"""A call from outside is heard: believed once, or refused and on record."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F

from ruoshui.channels.models import HeardCall, RefusedCall
from ruoshui.channels.refusals import NotBelieved
from ruoshui.channels.signing import GOOD_FOR_SECONDS

KEEP = timedelta(seconds=3 * GOOD_FOR_SECONDS)


@transaction.atomic
def hear_once(source: str, signature: str, *, at: datetime) -> None:
    """Raises NotBelieved when this very call was heard before."""
    HeardCall.objects.filter(at__lt=at - KEEP).delete()
    try:
        with transaction.atomic():
            HeardCall.objects.create(source=source[:60], signature=signature[:128], at=at)
    except IntegrityError as known:
        raise NotBelieved("replayed", status=409) from known


@transaction.atomic
def refuse_call(source: str, why: str, *, address: str, at: datetime) -> RefusedCall:
    """One row an hour for each source, reason and address: who knocks a thousand times fills no table."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    row, is_new = RefusedCall.objects.get_or_create(
        source=source[:60], why=why[:40], address=address[:60], hour=hour, defaults={"last_at": at}
    )
    if not is_new:
        RefusedCall.objects.filter(pk=row.pk).update(count=F("count") + 1, last_at=at)
        row.refresh_from_db()
    return row
