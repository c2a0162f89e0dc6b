"""Search finds whatever somebody may see, however it is written, and hides nothing behind anything."""

import pytest

from ruoshui.cases.actions import add_participant, assign_case, categorize_case, note_case, reply_as_customer
from ruoshui.cases.models import Case
from ruoshui.cases.models.cases import case_id_of
from ruoshui.cases.searching import search_cases
from ruoshui.core.actors import SYSTEM
from ruoshui.customers.actions import add_contact, register_customer, revise_customer
from ruoshui.customers.models import Customer
from ruoshui.customers.queries import find
from tests.conftest import NOW


@pytest.fixture
def found(demo):
    """found("电费") → the ids that the administrator, or somebody else, finds."""

    def search(text, who="admin", limit=50, **more):
        return [case.pk for case in search_cases(demo.staff[who], text, limit, at=NOW, **more).cases]

    return search


@pytest.fixture(params=["newest", "index"])
def either_way(request, monkeypatch):
    """Through the newest cases, or through the index."""
    if request.param == "index":
        monkeypatch.setattr("ruoshui.cases.searching.NEWEST", 0)


@pytest.mark.usefixtures("either_way")
@pytest.mark.parametrize(
    ("stored", "asked"),
    [
        ("户号０５７１８８９９", "05718899"),
        ("户号 0571 8899", "０５７１８８９９"),
        ("电费账单", "電費帳單"),
        ("電費帳單", "电费账单"),
        ("订单号 AB-2026-0077", "AB20260077"),
        ("订单号AB20260077", "ab-2026-0077"),
        ("订单号 AB 2026 0077", "AB/2026/0077"),
        ("退款，申请", "退款申请"),
        ("退款申请", "退款，申请"),
        ("Herr Müller", "Muller"),
        ("Herr Muller", "MÜLLER"),
        ("银\u200b行卡", "银行卡"),
        ("银行卡", "银行\u200b卡\ufeff"),
        ("请核对\n抄表数据", "核对抄表"),
        ("lost my credit-card", '"credit card"'),
        ("lost my credit card", "credit-card"),
        ("a b c d e seventh", "a b c d e seventh"),
        ("一 二 三 四 五 六 七", "七 六 五 四 三 二 一"),
        ("第一行：电表。第二行：烧坏", "烧坏 电表"),
        ("退款100%", "100%"),
        ("文件 a_b.pdf", "a_b.pdf"),
    ],
)
def test_what_is_stored_is_found_however_it_is_asked(opened, found, stored, asked):
    other, case = opened(body="别的事情"), opened(body=stored)
    assert found(asked) == [case.pk]
    assert other.pk not in found(asked)


@pytest.mark.usefixtures("either_way")
@pytest.mark.parametrize(
    ("stored", "asked"),
    [
        ("I want in", "tin"),
        ("退款已申请", "退款申请"),
        ("credit for a new card", '"credit card"'),
        ("100", "1000"),
        ("电费", "％"),
        ("电费", "，"),
        ("abc", "a_c"),
        ("something", "电费 something else"),
    ],
)
def test_what_was_not_said_is_not_found(opened, found, stored, asked):
    opened(subject="x", body=stored)
    assert found(asked) == []


@pytest.mark.usefixtures("either_way")
def test_words_of_one_case_may_stand_in_different_messages(opened, found, customer, demo):
    case = opened(subject="quokka")
    opened(subject="zebra"), opened(subject="quokkas zebr")
    note_case(case, body="the zebra", by=demo.staff["lead"].actor, at=NOW)
    reply_as_customer(case, body="还有发票", by=customer.actor, at=NOW)
    assert found("quokka zebra 发票 许文") == [case.pk]


@pytest.mark.usefixtures("either_way")
def test_no_word_is_found_across_two_texts(opened, found):
    opened(subject="工单 12", body="34 电表", category="56")
    assert [found("1234"), found("34电"), found("12"), found("56")][0] == []


def test_sixty_notes_of_one_case_hide_no_older_case(opened, found, demo, monkeypatch):
    monkeypatch.setattr("ruoshui.cases.searching.NEWEST", 3)
    older, loud = opened(body="变压器噪音"), opened(body="变压器噪音")
    for _each in range(60):
        note_case(loud, body="变压器噪音", by=demo.staff["lead"].actor, at=NOW)
    assert found("变压器噪音") == [loud.pk, older.pk]


@pytest.mark.parametrize("window", [1, 3, 1000])
def test_what_one_may_not_see_hides_nothing_that_one_may(opened, found, demo, monkeypatch, window):
    monkeypatch.setattr("ruoshui.cases.searching.NEWEST", window)
    mine = [opened(body="停电", unit=demo.units["east"]).pk for _each in range(3)]
    for _each in range(12):
        opened(body="停电", unit=demo.units["south"])
    assert found("停电", "east") == mine[::-1]
    assert found("停电", "east", limit=2) == mine[:0:-1]
    assert found("停电", "west") == []


@pytest.mark.usefixtures("either_way")
def test_everybody_finds_what_they_see(opened, found, demo):
    case = opened(body="停电", unit=demo.units["east"])
    secret = opened(body="停电", unit=demo.units["east"], confidential=True)
    assigned, joined = (opened(body="停电", unit=demo.units["south"]) for _each in range(2))
    assign_case(assigned, to=demo.staff["south"], by=demo.staff["lead"].actor, at=NOW)
    Case.objects.filter(pk=assigned.pk).update(assignee=demo.staff["west"])
    add_participant(joined, staff=demo.staff["west"], by=SYSTEM, at=NOW)
    assert {who: found("停电", who) for who in ("east", "west", "lead", "chen")} == {
        "east": [case.pk],
        "west": [joined.pk, assigned.pk],
        "lead": [secret.pk, case.pk],
        "chen": [],
    }


def test_pages_of_hits_are_whole_and_in_order(opened, demo, monkeypatch):
    made = [opened(body="停电").pk for _each in range(7)]
    for window in (2, 1000):
        monkeypatch.setattr("ruoshui.cases.searching.NEWEST", window)
        seen, before = [], None
        while True:
            hits = search_cases(demo.staff["admin"], "停电", 3, before=before, at=NOW)
            seen += [case.pk for case in hits.cases]
            before = hits.before
            if before is None:
                break
        assert seen == made[::-1]


TYPED = (
    "RS{0:08d}",
    "rs{0}",
    "RS {0:08d}",
    " ＲＳ{0:08d}　",
    "#{0}",
    "RS-{0:08d}",
    "{0:08d}",
    "工单号：RS{0:08d}",
    "\u200bRS{0}",
)


@pytest.mark.parametrize("form", TYPED)
def test_a_number_finds_its_case_first_in_any_form(opened, found, demo, form):
    case, newer = opened(), opened()
    note_case(newer, body=f"see {case.number}", by=demo.staff["lead"].actor, at=NOW)
    typed = form.format(case.pk)
    assert case_id_of(typed) == case.pk
    assert found(typed)[0] == case.pk
    assert found(typed, "west") == []


@pytest.mark.parametrize("form", TYPED)
def test_a_number_typed_into_the_search_leads_to_its_case(opened, signed_in, form):
    case = opened()
    page = signed_in("lead").get("/work/search", {"q": form.format(case.pk)})
    assert (page.status_code, page.get("Location")) == (302, f"/work/cases/{case.pk}")


@pytest.mark.parametrize("text", ["RS", "RS12x", "-5", "²", "RS" + "9" * 20, "12 34"])
def test_what_is_no_number_is_none(text):
    assert case_id_of(text) is None


def test_a_few_digits_that_mean_more_than_a_case_are_shown_as_a_list(opened, signed_in, customer, demo):
    case = opened()
    add_contact(customer, kind="reference", value=f"6222-{case.pk:04d}", by=SYSTEM, at=NOW)
    page = signed_in("lead").get("/work/search", {"q": f"{case.pk:04d}"})
    assert (page.status_code, [p.pk for p in page.context["people"]]) == (200, [customer.pk])
    assert case in page.context["cases"]


@pytest.mark.usefixtures("either_way")
@pytest.mark.parametrize(
    "asked", ["0571-88990011", "+86 571 88990011", "0571 8899 0011", "0571-88990011转802", "ＸＵ@example.com"]
)
def test_the_phone_of_a_customer_finds_their_cases(opened, found, demo, customer, asked):
    add_contact(customer, kind="phone", value="057188990011 ext 801", by=SYSTEM, at=NOW)
    other = register_customer(name="林青", contacts=[("phone", "0571-88990012")], at=NOW)
    case = opened(body="x")
    opened(body="y", customer=other)
    assert found(asked) == [case.pk]


@pytest.mark.usefixtures("either_way")
def test_a_phone_and_a_word_together_find_the_case_of_that_customer_about_it(opened, found):
    case = opened(body="退款")
    opened(body="别的")
    assert found("13800009999 退款") == [case.pk]


@pytest.mark.usefixtures("either_way")
def test_a_new_name_and_a_new_subject_are_found_too(opened, found, customer, demo):
    case = opened()
    revise_customer(customer, {"name": "许文远"}, by=SYSTEM, at=NOW)
    categorize_case(case, {"subject": "表计烧毁", "category": "抢修"}, by=demo.staff["lead"].actor, at=NOW)
    assert [found("许文远"), found("烧毁 抢修 許文遠"), found("xwy")] == [[case.pk]] * 3


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("张 三", "张三"),
        ("张三", "张 三"),
        ("張三", "张三"),
        ("张三", "zs"),
        ("Smith, John", "John Smith"),
        ("John Smith", "Smith, John"),
        ("Smith, John", "J. Smith"),
        ("John Smith", "js"),
        ("Müller AG", "muller"),
        ("浙江电力（集团）公司", "浙江电力集团"),
    ],
)
def test_a_customer_is_found_by_any_way_to_write_the_name(db, name, asked):
    wanted = register_customer(name=name, at=NOW)
    register_customer(name="Lee, Anna 李安", at=NOW)
    assert list(find(Customer.objects.all(), asked)) == [wanted]


@pytest.mark.parametrize(
    "asked", ["8999", "0013 8999", "138-0013-8999", "+86 138 0013 8999", "１３８００１３８９９９", "0077", "62220077"]
)
def test_a_customer_is_found_by_a_number_and_by_its_last_digits(db, asked):
    contacts = [("phone", "138 0013 8999"), ("reference", "6222-0077"), ("reference", "62220077")]
    wanted = register_customer(name="许文", contacts=contacts, at=NOW)
    register_customer(name="林青", contacts=[("phone", "138 8999 0013"), ("email", "8999@example.com")], at=NOW)
    assert list(find(Customer.objects.all(), asked)) == [wanted]


def test_the_last_digits_are_those_before_an_extension(db):
    wanted = register_customer(name="许文", contacts=[("phone", "0571-88990011转802")], at=NOW)
    assert [list(find(Customer.objects.all(), asked)) for asked in ("0011", "0571-88990011", "0802")] == [
        [wanted],
        [wanted],
        [],
    ]


def test_customers_come_newest_first_and_only_those_one_may_see(opened, demo, signed_in):
    made = [register_customer(name=f"王{n}", unit=demo.units["east"], at=NOW) for n in "一二三"]
    register_customer(name="王四", unit=demo.units["south"], at=NOW)
    page = signed_in("east").get("/work/search", {"q": "王"})
    assert page.context["people"] == []  # one sign says too little
    page = signed_in("east").get("/work/customers", {"q": "王"})
    assert page.context["customers"] == made[::-1]


@pytest.mark.parametrize("number", [1, 3])
def test_a_search_costs_the_same_for_one_and_three_cases(opened, demo, number, django_assert_num_queries):
    for _each in range(number):
        opened(body="停电 在东湖", unit=demo.units["east"])
    staff = demo.staff["east"]
    staff.held_roles  # noqa: B018 loaded with the session
    search_cases(staff, "停电", 5, at=NOW)
    with django_assert_num_queries(6):
        [(c.type.name, c.customer.name, c.unit.name) for c in search_cases(staff, "停电 东湖", 5, at=NOW).cases]
