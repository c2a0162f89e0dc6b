"""Equipment on the pages and for programs: lists, entry, the sheet of a round, and who may not."""

import io
from datetime import date, timedelta

import openpyxl
import pytest

from ruoshui.assets.actions import report_defect
from ruoshui.assets.models import Asset, AssetKind, Defect, Round
from ruoshui.cases.models import Case
from tests.conftest import NOW

SHEET = {
    "found-oil": "ok",
    "found-noise": "ok",
    "reading-temperature": "60",
    "reading-load": "70",
    "reading-earth": "2.5",
    "found-fence": "ok",
}


def entry(demo, **more):
    kind = AssetKind.objects.get(code="transformer")
    city = demo.units["city"].pk
    return {"number": "T9", "name": "变压器", "kind": kind.pk, "unit": city, "state": "in_use", "owner": "许文"} | more


@pytest.fixture
def now(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def test_equipment_is_registered_for_a_customer_and_stands_on_his_page(signed_in, demo, customer, now):
    client = signed_in("lead")
    assert "许文" in client.get(f"/work/assets/new?customer={customer.pk}").content.decode()
    answer = client.post("/work/assets/new", entry(demo, owner="13800009999"))
    asset = Asset.objects.get(number="T9")
    assert answer.headers["location"] == f"/work/assets/{asset.pk}"
    assert (asset.customer, asset.due_on) == (customer, date(2026, 9, 4))
    assert "T9" in client.get(f"/work/customers/{customer.pk}").content.decode()
    client.post(f"/work/assets/{asset.pk}/entry", entry(demo, name="新名", round_months="1"))
    asset.refresh_from_db()
    assert (asset.name, asset.customer, asset.due_on) == ("新名", customer, date(2026, 4, 4))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"owner": "nobody at all"}, "Nobody was found by this."),
        ({"number": ""}, "This field is required."),
        ({"unit": "999999"}, "Select a valid choice"),
        ({"state": "retired"}, "Select a valid choice"),
        ({"first_round_on": "2026-03-01"}, "cannot be in the past"),
        ({"round_months": "9999"}, "less than or equal to 120"),
    ],
)
def test_a_wrong_entry_is_shown_again_with_what_to_do(signed_in, demo, customer, now, wrong, words):
    answer = signed_in("lead").post("/work/assets/new", entry(demo, **wrong))
    assert (answer.status_code, words in answer.content.decode(), Asset.objects.filter(number="T9").exists()) == (
        422,
        True,
        False,
    )


def test_two_customers_of_one_name_are_asked_for_by_phone(signed_in, demo, customer, now):
    from ruoshui.customers.actions import register_customer

    register_customer(name="许文", unit=demo.units["city"], at=NOW)
    answer = signed_in("lead").post("/work/assets/new", entry(demo))
    assert "Several customers fit" in answer.content.decode()


def test_the_sheet_of_a_round_is_filled_in_and_a_defect_has_its_case(signed_in, registered, now):
    asset = registered()
    client = signed_in("chen")
    page = " ".join(client.get(f"/work/assets/{asset.pk}/round").content.decode().split())
    assert ("≤ 85 ℃" in page, "0–4 Ω" in page) == (True, True)
    answer = client.post(f"/work/assets/{asset.pk}/round", SHEET | {"reading-temperature": "91", "remark": "高温"})
    assert answer.status_code == 302
    defect, case = Defect.objects.get(), Case.objects.get()
    assert (defect.case_id, Round.objects.filter(at__isnull=False).get().remark) == (case.pk, "高温")
    assert case.number in client.get(f"/work/assets/{asset.pk}").content.decode()
    assert asset.name in client.get(f"/work/cases/{case.pk}?part=side").content.decode()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"found-oil": ""}, "Say whether it is in order."),
        ({"found-oil": "defect"}, "Say what is wrong"),
        ({"reading-earth": "four"}, "Enter a number."),
        ({"reading-earth": "1e999999"}, "Enter a number."),
        ({"reading-earth": "-1e999999999"}, "Enter a number."),
        ({"reading-earth": ""}, "Enter what you read"),
    ],
)
def test_a_sheet_that_is_not_complete_keeps_what_was_typed(signed_in, registered, now, change, words):
    asset = registered()
    answer = signed_in("chen").post(f"/work/assets/{asset.pk}/round", SHEET | change)
    page = answer.content.decode()
    assert (answer.status_code, words in page, 'value="70"' in page) == (422, True, True)
    assert not Round.objects.filter(at__isnull=False).exists()


def test_defects_are_reported_and_mended_and_rounds_put_off_from_the_page(signed_in, registered, now):
    asset = registered(first_round_on=date(2026, 3, 10))
    client = signed_in("chen")
    client.post(f"/work/assets/{asset.pk}/defects", {"text": "围栏倒了", "severity": "minor"})
    defect = Defect.objects.get()
    client.post(f"/work/assets/{asset.pk}/mending", {"defect": defect.pk})
    client.post(f"/work/assets/{asset.pk}/putting-off", {"to": "2026-03-20", "reason": "停电"})
    defect.refresh_from_db()
    asset.refresh_from_db()
    assert (defect.mended_at, asset.due_on) == (NOW, date(2026, 3, 20))
    for path, body in (("putting-off", {"to": "soon"}), ("defects", {"text": ""}), ("mending", {"defect": "x"})):
        assert client.post(f"/work/assets/{asset.pk}/{path}", body).status_code in (302, 404)
    asset.refresh_from_db()
    assert (asset.due_on, Defect.objects.count()) == (date(2026, 3, 20), 1)


def test_a_stranger_does_not_find_it_and_a_clerk_may_not_change_it(signed_in, registered, demo, now):
    asset = registered()
    paths = ("", "/entry", "/round")
    assert [signed_in("south").get(f"/work/assets/{asset.pk}{path}").status_code for path in paths] == [404, 404, 404]
    posts = ("round", "putting-off", "defects", "mending", "retirement")
    answers = [signed_in("south").post(f"/work/assets/{asset.pk}/{path}", SHEET).status_code for path in posts]
    assert answers == [404] * 5
    clerk = signed_in("plan")
    assert clerk.get(f"/work/assets/{asset.pk}/entry").status_code == 403
    assert clerk.post(f"/work/assets/{asset.pk}/retirement", {"reason": "x"}).status_code == 403
    assert clerk.get("/work/assets/new").status_code == 403
    assert signed_in("lead").post(f"/work/assets/{asset.pk}/retirement", {"reason": "拆除"}).status_code == 302
    asset.refresh_from_db()
    assert (asset.state, signed_in("lead").get(f"/work/assets/{asset.pk}/round").status_code) == ("retired", 403)


def test_nobody_registers_equipment_for_a_unit_that_is_not_his(signed_in, registered, demo, customer, now):
    answer = signed_in("south").post("/work/assets/new", entry(demo))
    assert (answer.status_code in (403, 422), Asset.objects.exists()) == (True, False)


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(
    ("path", "most"),
    [("/work/rounds", 12), ("/work/assets", 12), ("/work/assets.csv", 9), ("/work/rounds?sight=mine", 12)],
)
def test_lists_cost_the_same_queries_for_one_and_three_rows(
    signed_in, registered, demo, path, most, number, django_assert_max_num_queries, now
):
    for n in range(number):
        asset = registered(number=f"T{n}")
        report_defect(asset, text="漏油", by=demo.staff["chen"].actor, at=NOW)
    client = signed_in("chen")
    with django_assert_max_num_queries(most):
        page = client.get(path).content.decode()
    assert [f"T{n}" in page for n in range(number)] == [True] * number


def test_lists_are_paged_by_key_and_lose_nobody(signed_in, registered, now, monkeypatch):
    from ruoshui.web.workspace import assets

    monkeypatch.setattr(assets, "PAGE", 2)
    for n in range(5):
        registered(number=f"T{n}", first_round_on=date(2026, 4, 1) + timedelta(days=n // 2))
    client = signed_in("chen")
    for path in ("/work/rounds", "/work/assets"):
        seen, query = [], ""
        for _page in range(3):
            context = client.get(f"{path}?after={query}").context
            seen += [getattr(row, "asset", row).number for row in context["rows"]]
            query = context["after"]
        assert (sorted(seen), query) == (["T0", "T1", "T2", "T3", "T4"], None)


def test_the_register_is_found_by_words_kind_and_defects(signed_in, registered, demo, now):
    registered()
    faulty = registered(number="T2", name="开关柜", kind=AssetKind.objects.get(code="switchgear"))
    report_defect(faulty, text="漏油", by=demo.staff["chen"].actor, at=NOW)
    client = signed_in("chen")

    def found(query):
        return [one.number for one in client.get(f"/work/assets?{query}").context["rows"]]

    assert [found(q) for q in ("q=T2", "q=东湖", "kind=switchgear", "faulty=1", "state=stopped")] == [
        ["T2"], ["T2", "T1"], ["T2"], ["T2"], [],
    ]  # fmt: skip


def test_the_register_is_taken_away_and_nothing_in_it_is_a_formula(signed_in, registered, now):
    registered(name="=HYPERLINK(1)")
    client = signed_in("chen")
    sheet = openpyxl.load_workbook(io.BytesIO(client.get("/work/assets.xlsx").content)).active
    assert [cell.value for cell in sheet[2]][:3] == ["T1", "'=HYPERLINK(1)", "Distribution transformer"]
    assert ",'=HYPERLINK(1)," in client.get("/work/assets.csv").content.decode()
    assert client.get("/work/assets.exe").status_code == 404


def test_kinds_and_checks_are_set_up_in_the_settings(signed_in, demo):
    client = signed_in("admin")
    form = {"code": "pump", "name_zh": "水泵", "name_en": "Pump", "round_months": "3", "notice_days": "7"}
    client.post("/settings/equipment/new", form | {"defect_type": "equipment-defect", "is_active": "on"})
    kind = AssetKind.objects.get(code="pump")
    check = {"kind": kind.pk, "code": "flow", "name_zh": "流量", "name_en": "Flow", "reads": "number"}
    check |= {"severity": "minor", "position": "1", "is_active": "on", "low": "5", "high": "3"}
    answer = client.post("/settings/checks/new", check)
    assert "upper limit is below" in answer.content.decode()
    client.post("/settings/checks/new", check | {"high": "9"})
    assert [str(one.high) for one in kind.checks.all()] == ["9.000"]


def test_programs_keep_the_register_and_bring_in_rounds(program, demo, customer, now):
    call = program("lead")
    status, kinds = call("GET", "/asset-kinds")
    transformer = next(one for one in kinds if one["code"] == "transformer")
    assert [one["code"] for one in transformer["checks"]] == ["oil", "noise", "temperature", "load", "earth", "fence"]
    body = {"number": "T7", "name": "变压器", "kind": "transformer", "unit": "city", "customer": customer.pk}
    status, made = call("POST", "/assets", body | {"keeper": "chen"}, **{"idempotency-key": "one"})
    again = call("POST", "/assets", body | {"keeper": "chen"}, **{"idempotency-key": "one"})
    assert (status, made["due_on"], again[1]["id"]) == (201, "2026-09-04", made["id"])
    assert call("POST", "/assets", body)[0] == 422
    assert [one["asset"] for one in call("GET", "/rounds")[1]["items"]] == [made["id"]]
    said = [{"check": name, "found": "ok"} for name in ("oil", "noise", "fence")]
    said += [{"check": name, "reading": value} for name, value in (("temperature", 90), ("load", 50), ("earth", 2))]
    status, problem = call("POST", f"/assets/{made['id']}/rounds", {"results": said[1:]})
    assert (status, list(problem["errors"])) == (422, ["oil"])
    status, done = call("POST", f"/assets/{made['id']}/rounds", {"results": said})
    assert (status, done["defects"], done["by"]) == (201, 1, "lead")
    status, defect = call("POST", f"/assets/{made['id']}/defects", {"text": "漏油", "severity": "serious"})
    assert (status, defect["case"]) == (201, Case.objects.latest("pk").number)
    assert call("GET", f"/assets?customer={customer.pk}")[1]["items"][0]["number"] == "T7"


def test_a_strangers_program_finds_no_equipment(program, registered, now):
    asset = registered()
    call = program("south")
    assert call("GET", "/assets")[1]["items"] == []
    assert call("GET", f"/assets/{asset.pk}")[0] == 404
    assert call("POST", f"/assets/{asset.pk}/defects", {"text": "x"})[0] == 404
    assert call("GET", "/rounds")[1]["items"] == []
