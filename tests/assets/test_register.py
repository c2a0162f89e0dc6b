"""The register of equipment, rounds that come round, defects that become cases."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from ruoshui.assets.actions import (
    Result,
    mend_defect,
    put_round_off,
    record_round,
    remind_of_rounds,
    report_defect,
    retire_asset,
    revise_asset,
)
from ruoshui.assets.actions.planning import months_later
from ruoshui.assets.models import Asset, AssetKind, Defect, Round
from ruoshui.assets.queries import round_figures
from ruoshui.assets.refusals import AssetRetiredAlready, DefectMendedAlready, NoRoundPlanned
from ruoshui.cases.actions import close_case
from ruoshui.cases.models import Case
from ruoshui.core.configuring import configure
from ruoshui.core.refusals import Invalid
from ruoshui.customers.actions import merge_customers, register_customer
from ruoshui.notices.models import Notice
from tests.assets.conftest import results
from tests.conftest import NOW, at, refused

TODAY = date(2026, 3, 4)


def planned(asset):
    return Round.objects.filter(asset=asset, at__isnull=True).values_list("due_on", flat=True).first()


def test_a_new_piece_is_inspected_as_many_months_from_now_as_its_kind_says(registered, kinds_of):
    asset = registered()
    assert (planned(asset), asset.due_on) == (date(2026, 9, 4), date(2026, 9, 4))
    assert kinds_of(asset) == ["assets.registered", "assets.round_planned"]


def test_its_own_interval_and_first_date_come_before_those_of_the_kind(registered):
    assert planned(registered(first_round_on=date(2026, 4, 1), round_months=1)) == date(2026, 4, 1)
    assert planned(registered(number="T2", round_months=0)) is None


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 1), 12, date(2027, 12, 1)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
    ],
)
def test_a_month_that_has_no_such_day_gives_its_last(day, months, later):
    assert months_later(day, months) == later


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": ""},
        {"name": " "},
        {"state": "retired"},
        {"round_months": 999},
        {"first_round_on": date(2026, 3, 3)},
        {"state": "exploded"},
    ],
)
def test_a_register_entry_that_makes_no_sense_is_refused_in_words(registered, wrong):
    with refused(Invalid):
        registered(**wrong)
    assert not Asset.objects.filter(number="T1").exists()


def test_a_number_is_there_once(registered):
    registered()
    with refused(Invalid):
        registered(name="another")


def test_a_round_without_defects_plans_the_next(registered, demo, kinds_of):
    asset = registered()
    made = record_round(asset, results(), remark="好", by=demo.staff["chen"], at=at("2026-08-30 10:00"))
    assert (made.defects_found, made.promised_on, made.findings.count()) == (0, date(2026, 9, 4), 6)
    assert planned(asset) == date(2027, 2, 28)
    assert kinds_of(asset)[2:] == ["assets.round_done", "assets.round_planned"]


def test_an_extra_round_takes_the_place_of_none(registered, demo):
    asset = registered(round_months=0)
    made = record_round(asset, results(), by=demo.staff["chen"], at=NOW)
    assert (made.promised_on, planned(asset)) == (TODAY, None)


def test_a_reading_outside_its_limits_is_a_defect_and_becomes_a_case(registered, demo):
    asset = registered()
    made = record_round(asset, results(earth=Result(reading=Decimal("4.1"))), by=demo.staff["chen"], at=NOW)
    defect = Defect.objects.get(round=made)
    assert (defect.text, defect.severity) == ("接地电阻 4.1 Ω", "danger")
    case = Case.objects.get(pk=defect.case_id)
    assert (case.type.code, case.subject, case.customer, case.unit, case.priority) == (
        "equipment-defect",
        "1 号变压器：接地电阻 4.1 Ω",
        asset.customer,
        asset.unit,
        "urgent",
    )
    assert case.promise.version.level.code == "fault"


def test_a_limit_itself_is_in_order(registered, demo):
    asset = registered()
    assert (
        record_round(asset, results(earth=Result(reading=Decimal(4))), by=demo.staff["chen"], at=NOW).defects_found == 0
    )


@pytest.mark.parametrize(("typed", "kept"), [("2.34567", "2.346"), ("1e-999999", "0.000"), ("-0.0004", "-0.000")])
def test_a_reading_is_judged_and_told_as_precisely_as_it_is_kept(registered, demo, typed, kept):
    check = {"earth": Result("defect", Decimal(typed), "松动")}
    made = record_round(registered(), results(**check), by=demo.staff["chen"], at=NOW)
    assert made.findings.get(check_made__code="earth").reading == Decimal(kept)
    assert len(Defect.objects.get(round=made).text) < 40


@pytest.mark.parametrize(
    ("check", "result"),
    [
        ("oil", Result()),
        ("oil", Result("defect")),
        ("oil", Result("skipped")),
        ("oil", Result("wonderful", remark="x")),
        ("earth", Result()),
        ("earth", Result("ok")),
        ("earth", Result(reading=Decimal("NaN"))),
        ("earth", Result(reading=Decimal("1e20"))),
        ("earth", Result(reading=Decimal("-1e999999999999"))),
        ("earth", Result("skipped")),
        ("oil", Result("defect", remark="x" * 301)),
        ("no-such-check", Result("ok")),
    ],
)
def test_a_sheet_with_an_answer_missing_or_wrong_is_refused_and_changes_nothing(registered, demo, check, result):
    asset = registered()
    with refused(Invalid) as info:
        record_round(asset, results(**{check: result}), by=demo.staff["chen"], at=NOW)
    assert list(info.value.errors) == [check]
    assert (planned(asset), Defect.objects.count()) == (date(2026, 9, 4), 0)


def test_a_defect_is_kept_even_where_no_case_can_be_opened(registered, demo):
    asset = registered(unit=demo.units["city"])
    configure(demo.units["city"], {"is_active": False}, by=demo.staff["admin"].actor, at=NOW)
    asset.unit.refresh_from_db()
    defect = report_defect(asset, text="漏油", severity="serious", by=demo.staff["chen"].actor, at=NOW)
    assert (defect.case_id, Defect.objects.get().text) == (None, "漏油")


def test_a_kind_that_names_no_case_type_keeps_its_defects_on_the_register(registered, demo):
    kind = configure(
        AssetKind(), {"code": "chair", "name_zh": "椅", "name_en": "chair"}, by=demo.staff["admin"].actor, at=NOW
    )
    defect = report_defect(registered(kind=kind), text="断腿", by=demo.staff["chen"].actor, at=NOW)
    assert (defect.case_id, Case.objects.count()) == (None, 0)


def test_a_solved_case_mends_its_defect_and_another_outcome_does_not(registered, demo):
    asset, chen = registered(), demo.staff["chen"].actor
    defects = [report_defect(asset, text=text, by=chen, at=NOW) for text in ("漏油", "异响")]
    for defect, outcome in zip(defects, ("solved", "explained"), strict=True):
        close_case(Case.objects.get(pk=defect.case_id), outcome=outcome, by=chen, at=NOW + timedelta(days=1))
    assert list(Defect.objects.order_by("pk").values_list("mended_at", flat=True)) == [NOW + timedelta(days=1), None]
    mend_defect(defects[1], by=chen, at=NOW + timedelta(days=2))
    with refused(DefectMendedAlready):
        mend_defect(defects[1], by=chen, at=NOW + timedelta(days=3))


@pytest.mark.parametrize(("text", "severity"), [("", "minor"), ("x" * 301, "minor"), ("漏油", "apocalyptic")])
def test_a_defect_needs_words_and_a_degree(registered, demo, text, severity):
    with refused(Invalid):
        report_defect(registered(), text=text, severity=severity, by=demo.staff["chen"].actor, at=NOW)


def test_a_round_put_off_keeps_the_date_first_planned(registered, demo):
    asset, chen = registered(first_round_on=date(2026, 3, 10)), demo.staff["chen"]
    put_round_off(asset, to=date(2026, 3, 20), reason="停电检修", by=chen.actor, at=NOW)
    made = record_round(asset, results(), by=chen, at=at("2026-03-18 10:00"))
    assert (made.promised_on, made.due_on) == (date(2026, 3, 10), date(2026, 3, 20))
    figures = round_figures(Asset.objects.all(), date(2026, 3, 19), at("2026-03-19 10:00"))
    assert (figures.made, figures.in_time, figures.late) == (1, 0, 0)


@pytest.mark.parametrize(("to", "reason"), [("2026-03-03", "x"), ("2027-03-20", "x"), ("2026-03-20", " ")])
def test_putting_off_needs_a_reason_and_a_date_to_come(registered, demo, to, reason):
    asset = registered()
    with refused(Invalid):
        put_round_off(asset, to=date.fromisoformat(to), reason=reason, by=demo.staff["chen"].actor, at=NOW)
    retire = registered(number="T2", round_months=0)
    with refused(NoRoundPlanned):
        put_round_off(retire, to=date(2026, 3, 20), reason="x", by=demo.staff["chen"].actor, at=NOW)


def test_out_of_use_nothing_is_planned_and_in_use_again_it_is(registered, demo):
    asset, lead = registered(), demo.staff["lead"].actor
    revise_asset(asset, {"state": "stopped"}, by=lead, at=NOW)
    assert planned(asset) is None
    revise_asset(asset, {"state": "in_use"}, by=lead, at=NOW + timedelta(days=10))
    assert planned(asset) == date(2026, 9, 14)
    revise_asset(asset, {"round_months": 1, "name": "新名"}, by=lead, at=NOW + timedelta(days=10))
    assert planned(asset) == date(2026, 4, 14)


def test_what_is_retired_stays_with_its_past_and_nothing_more_happens_to_it(registered, demo):
    asset, lead = registered(), demo.staff["lead"]
    with refused(Invalid):
        retire_asset(asset, reason="", by=lead.actor, at=NOW)
    retire_asset(asset, reason="增容拆除", by=lead.actor, at=NOW)
    assert (asset.state, planned(asset), asset.due_on) == ("retired", None, None)
    for act in (
        lambda: record_round(asset, results(), by=lead, at=NOW),
        lambda: report_defect(asset, text="漏油", by=lead.actor, at=NOW),
        lambda: revise_asset(asset, {"name": "x"}, by=lead.actor, at=NOW),
    ):
        with refused(AssetRetiredAlready):
            act()


def test_the_keeper_is_reminded_once_and_of_a_late_round_his_supervisors_too(registered, demo, monkeypatch):
    registered(first_round_on=date(2026, 3, 18))
    registered(number="T2", first_round_on=date(2026, 3, 19))

    def told(day):
        monkeypatch.setattr("django.utils.timezone.now", lambda: at(day))
        Notice.objects.all().delete()
        number = remind_of_rounds(at(day))
        return number, sorted(Notice.objects.values_list("staff__username", "kind"))

    assert told("2026-03-03 10:00") == (0, [])
    assert told("2026-03-04 10:00") == (1, [("chen", "assets.round_soon")])
    assert told("2026-03-04 11:00") == (0, [])
    assert told("2026-03-19 10:00") == (
        2,
        [("chen", "assets.round_late"), ("chen", "assets.round_soon"), ("lead", "assets.round_late")],
    )


def test_equipment_without_a_keeper_is_the_supervisors(registered, demo, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    registered(keeper=None, first_round_on=date(2026, 3, 5))
    remind_of_rounds(NOW)
    assert list(Notice.objects.values_list("staff__username", flat=True)) == ["lead"]


def test_one_sees_the_equipment_of_ones_units_and_what_one_answers_for(registered, demo):
    registered()

    def seen(who):
        return Asset.objects.visible_to(demo.staff[who]).count()

    assert [seen(who) for who in ("lead", "chen", "province", "south")] == [1, 1, 1, 0]
    registered(number="T2", keeper=demo.staff["south"])
    assert (seen("south"), seen("lead")) == (1, 2)


def test_merged_customers_keep_their_equipment(registered, demo, customer):
    asset = registered()
    survivor = register_customer(name="许文（新）", unit=demo.units["city"], at=NOW)
    merge_customers(survivor, customer, by=demo.staff["lead"].actor, at=NOW)
    asset.refresh_from_db()
    assert asset.customer == survivor


def test_figures_count_each_thing_once(registered, demo):
    late = registered(first_round_on=date(2026, 3, 5))
    soon = registered(number="T2", first_round_on=date(2026, 3, 30))
    registered(number="T3", first_round_on=date(2026, 9, 1))
    for text in ("漏油", "异响"):
        report_defect(late, text=text, by=demo.staff["chen"].actor, at=NOW)
    record_round(soon, results(), by=demo.staff["chen"], at=at("2026-03-09 10:00"))
    figures = round_figures(Asset.objects.all(), date(2026, 3, 10), at("2026-03-10 10:00"))
    assert (figures.late, figures.soon, figures.made, figures.in_time, figures.faulty) == (1, 0, 1, 1, 1)
