"""Events: inside the transaction, append-only, with reactions that cannot be lost."""

import threading
from datetime import UTC, datetime
from unittest.mock import patch

import pytest
from django.db import DatabaseError, connection, connections, transaction

from ruoshui.cases.actions import close_case, open_case
from ruoshui.cases.models import Case, Closure
from ruoshui.core import reactions
from ruoshui.core.actors import SYSTEM
from ruoshui.core.events import Configured, OutsideTransaction, record, restored
from ruoshui.core.models import RecordedEvent
from ruoshui.core.partitions import _known, ensure_partition, partition_name
from tests.conftest import NOW, refused


@pytest.mark.parametrize("change", ["UPDATE core_event SET kind = 'x'", "DELETE FROM core_event"])
def test_the_event_table_refuses_changes(opened, change):
    opened()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_recording_outside_a_transaction_is_refused(demo):
    with patch.object(connection, "in_atomic_block", new=False), pytest.raises(OutsideTransaction):
        record(Configured(what="x", changes={}), about=demo.units["hq"], by=SYSTEM, at=NOW)


def test_a_reaction_that_fails_undoes_the_verb(opened, demo):
    case = opened()

    def fail(event, happened):
        raise RuntimeError("the reaction failed")

    from ruoshui.cases.events import CaseClosed

    with patch.dict(reactions._at_once, {CaseClosed: [fail]}), pytest.raises(RuntimeError), transaction.atomic():
        close_case(case, outcome="solved", by=demo.staff["chen"].actor, at=NOW)
    assert Case.objects.get(pk=case.pk).state == "open"
    assert not Closure.objects.filter(case=case).exists()


def test_the_job_of_a_reaction_is_in_the_transaction_of_the_event(opened, demo):
    from django.utils import timezone
    from procrastinate.contrib.django.models import ProcrastinateJob

    case = opened(at=timezone.now())
    before = ProcrastinateJob.objects.count()
    with pytest.raises(RuntimeError), transaction.atomic():
        close_case(case, outcome="solved", by=demo.staff["chen"].actor, at=timezone.now())
        assert ProcrastinateJob.objects.count() == before + 1
        raise RuntimeError("the request dies before it commits")
    assert ProcrastinateJob.objects.count() == before


def test_history_mails_nobody(opened, demo):
    from procrastinate.contrib.django.models import ProcrastinateJob

    before = ProcrastinateJob.objects.count()
    close_case(opened(), outcome="solved", by=demo.staff["chen"].actor, at=NOW)
    assert ProcrastinateJob.objects.count() == before


def test_one_transaction_records_events_of_months_that_had_no_partition_yet(demo):
    for year in (1991, 1992, 1993):
        at = datetime(year, 2, 2, tzinfo=UTC)
        record(Configured(what="x", changes={}), about=demo.units["hq"], by=SYSTEM, at=at)
    assert RecordedEvent.objects.filter(at__year__range=(1991, 1993)).count() == 3


def test_what_one_thread_has_noticed_another_still_has_to(demo):
    """Its connection may be in the middle of a transaction planned for the months there were."""
    at, noticed = datetime(1994, 2, 2, tzinfo=UTC), []
    ensure_partition(at)
    thread = threading.Thread(target=lambda: noticed.append(partition_name(at) in _known()))
    thread.start()
    thread.join()
    assert (partition_name(at) in _known(), noticed) == (True, [False])


def test_an_old_event_gets_the_partition_of_its_month(opened):
    old = datetime(2011, 2, 3, tzinfo=UTC)
    ensure_partition(old)
    case = opened(at=old)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {partition_name(old)} WHERE about_id = %s", [case.pk])
        assert cursor.fetchone()[0] >= 1


def test_a_month_that_another_process_is_just_making_is_waited_for(demo):
    """Its table is there before it belongs to the events: who took that for ready wrote into nothing."""
    old = datetime(2009, 5, 6, tzinfo=UTC)
    own = connections.create_connection("default")
    with own.cursor() as cursor:
        cursor.execute(f"CREATE TABLE IF NOT EXISTS {partition_name(old)} (LIKE core_event INCLUDING DEFAULTS)")
    own.close()
    ensure_partition(old)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_inherits WHERE inhrelid = to_regclass(%s)", [partition_name(old)])
        assert cursor.fetchone() == (1,)


def test_a_recorded_event_comes_back_typed(opened):
    case = opened()
    recorded = RecordedEvent.objects.get(about_kind="cases.case", about_id=case.pk, kind="cases.opened")
    event = restored(recorded)
    assert event is not None
    assert (event.channel, event.priority) == ("portal", "normal")


def test_an_unknown_kind_is_left_alone(opened):
    case = opened()
    recorded = RecordedEvent.objects.filter(about_id=case.pk).first()
    recorded.kind = "of.tomorrow"
    assert restored(recorded) is None


def test_every_event_has_a_sentence_whose_words_are_its_fields():
    import string

    from ruoshui.core.events import KINDS

    for kind, event in KINDS.items():
        fields = {name for _text, name, _spec, _conv in string.Formatter().parse(str(event.sentence)) if name}
        assert fields <= set(event.__dataclass_fields__), kind


def test_open_case_refused_leaves_nothing(demo, customer):
    from ruoshui.core.refusals import Invalid

    before = (Case.objects.count(), RecordedEvent.objects.count())
    with refused(Invalid):
        open_case(demo.types["outage"], subject="停电", body="", customer=customer, form={}, by=customer.actor, at=NOW)
    assert (Case.objects.count(), RecordedEvent.objects.count()) == before
