"""Learn waits anew from a branch's own customers, and watch whether promises are kept."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F

from ruoshui.core.actors import SYSTEM
from ruoshui.core.events import record
from ruoshui.core.verbs import verb
from ruoshui.queues.actions._locking import locked_branch
from ruoshui.queues.events import PromiseDrifted, WaitsLearned
from ruoshui.queues.floor.changes import changes
from ruoshui.queues.floor.feeding import local_seconds
from ruoshui.queues.floor.keeping import make_floor
from ruoshui.queues.floor.teaching import Teacher
from ruoshui.queues.models import Branch, SharedWaits, Ticket, WaitLearning
from ruoshui.queues.setup import setup_of
from service_science.delay import adopt, fit_rows, form, model_of, plain_model, refit_branch
from service_science.delay.learning import Row
from service_science.shares import Share, wilson_share

LEARNED_FROM = timedelta(days=28)
HALF_LIFE_DAYS = 7.0
SHARED_FROM_EACH = 300
KEPT, TOO_RARELY = 0.9, 0.88
LOOKED_AT = 200


def learn_everywhere(at: datetime) -> int:
    """Every branch in turn, then what branches of one form know together. Returns how many branches learned."""
    samples: dict[str, list[Row]] = {}
    learned = 0
    for branch in Branch.objects.filter(is_active=True).order_by("pk"):
        teacher = Teacher(setup_of(branch.pk))
        teacher.teach(at - LEARNED_FROM, at)
        for place in teacher.pools:
            samples.setdefault(_form(place), []).extend(list(place.history)[-SHARED_FROM_EACH:])
        learned += learn_branch(branch, teacher, at=at)
    for name, rows in samples.items():
        share_waits(name, rows, at=at)
    return learned


def _form(place) -> str:  # type: ignore[no-untyped-def]
    return "{}x{}".format(*form(place))


@verb
def learn_branch(branch: Branch, teacher: Teacher | None = None, *, at: datetime) -> bool:
    """Fit what is announced to the last four weeks; keep the margins that keep the promise. False: too few customers.

    Half of it is the queue's own word, a quarter its branch's, a quarter that of all branches alike.
    """
    if teacher is None:
        teacher = Teacher(setup_of(branch.pk))
        teacher.teach(at - LEARNED_FROM, at)
    locked_branch(branch.pk)
    branch.refresh_from_db(fields=["seq", "learned"])
    live = make_floor(branch.pk, at)
    live.take_in(changes({branch.pk: (live.seq, branch.seq)})[branch.pk], branch.seq)
    now = local_seconds(at, live.zone)
    shared = {one.form: model_of(one.model) for one in SharedWaits.objects.all()}
    learned = 0
    for name in sorted({_form(place) for place in teacher.pools}):
        mine = [place for place in teacher.pools if _form(place) == name]
        learned += refit_branch(mine, now, shared=shared.get(name), half_life=HALF_LIFE_DAYS)
    if not learned:
        return False
    for taught, place in zip(teacher.pools, live.pools, strict=True):
        if taught.model is not None:
            adopt([place], taught.model, list(taught.history))
    customers = sum(len(place.history) for place in teacher.pools)
    WaitLearning.objects.update_or_create(
        branch=branch,
        defaults={
            "shape": live.shape,
            "through": live.seq,
            "pools": live.state(),
            "customers": customers,
            "at": at,
        },
    )
    Branch.objects.filter(pk=branch.pk).update(learned=F("learned") + 1)
    record(WaitsLearned(customers=customers), about=branch, by=SYSTEM, at=at)
    return True


@verb
def share_waits(name: str, rows: list[Row], *, at: datetime) -> None:
    _kinds, lines = map(int, name.split("x"))
    model = fit_rows(rows, max((row[0] for row in rows), default=0.0), lines=lines, half_life=HALF_LIFE_DAYS)
    if model is not None:
        values = {"model": plain_model(model), "customers": len(rows), "at": at}
        SharedWaits.objects.update_or_create(form=name, defaults=values)


def learn_new_branches(at: datetime) -> int:
    """A branch that has never learned does not wait for the night: as soon as enough customers have been served."""
    new = Branch.objects.filter(is_active=True, learned=0)
    learned = 0
    for branch in new:
        served = Ticket.objects.filter(branch=branch, first_called_at__isnull=False, joined_at__gte=at - LEARNED_FROM)
        if served[:250].count() >= 250:
            learned += learn_branch(branch, at=at)
    return learned


def recently_kept(branch: Branch) -> Share:
    """Of the last 200 who were called, the share whose promised maximum was kept, with its interval."""
    last = Ticket.objects.filter(branch=branch, first_called_at__isnull=False, said_maximum__isnull=False)
    rows: list[Any] = list(
        last.order_by("-joined_at").values_list("joined_at", "first_called_at", "said_maximum")[:LOOKED_AT]
    )
    kept = sum((called - joined).total_seconds() <= maximum for joined, called, maximum in rows)
    return wilson_share(kept, len(rows))


@verb
def watch_promise(branch: Branch, *, at: datetime) -> bool:
    """Raise the alarm once when the promise is kept too rarely, beyond chance; lower it when it is kept again.

    True while the alarm stands.
    """
    share = recently_kept(branch)
    if share.n < LOOKED_AT:
        return False
    branch.refresh_from_db(from_queryset=Branch.objects.select_for_update(of=("self",)).select_related("unit"))
    if share.high < TOO_RARELY and branch.drifted_at is None:
        branch.drifted_at = at
        branch.save(update_fields=["drifted_at"])
        drifted = PromiseDrifted(kept=share.value, of=share.n, low=share.low, high=share.high)
        record(drifted, about=branch, by=SYSTEM, at=at)
    elif share.value >= KEPT - 0.01 and branch.drifted_at is not None:
        branch.drifted_at = None
        branch.save(update_fields=["drifted_at"])
    return branch.drifted_at is not None
