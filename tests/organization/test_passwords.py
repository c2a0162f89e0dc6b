"""Which passwords are refused, what is said, and what ends with the old one."""

import time
from contextlib import suppress

import pytest
from django.utils import translation

from ruoshui.core.actors import SYSTEM
from ruoshui.core.refusals import Invalid
from ruoshui.notices.models import Notice
from ruoshui.notices.sentences import sentence_of
from ruoshui.organization.actions import change_own_password, change_password, enter, hire, issue_token
from ruoshui.organization.actions.signing_in import OneTimePasswordOver
from ruoshui.organization.guessing import TooManyFailures
from ruoshui.organization.models import Scope
from ruoshui.organization.passwords import JUDGED, wrong_with
from tests.conftest import NOW, at, refused

GOOD = "teapot-glacier-47"
SHORT, LONG, NAME, EASY = "too short", "too long", "little more than a name", "easy to guess"


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("", SHORT),
        ("x7Kq9mP", SHORT),
        ("ab" * 65, LONG),
        ("chenchen", NAME),
        ("Chen.Chen!9", NAME),
        ("陈晨陈晨陈晨陈晨", NAME),
        ("ruoshui1", NAME),
        ("ruoshui-demo", NAME),
        ("若水若水若水若水", NAME),
        ("若水客服2026", NAME),
        ("Yunzhou2026!", NAME),
        ("云州分公司2026", NAME),
        ("chen@power9", NAME),
        ("evil1234", EASY),
        ("password1", EASY),
        ("P@ssw0rd", EASY),
        ("1qaz2wsx", EASY),
        ("woaini1314", EASY),
        ("mima8888", EASY),
        ("我爱我爱我爱我爱", EASY),
        ("ru0shui99", EASY),
        ("x7Kq9mPz", ""),
        (GOOD, ""),
        ("teapot glacier forty", ""),
        ("今天买菜忘了带篮子", ""),
        ("ruoshui has teapots", ""),
        ("é" * 3 + "–≠∑∂ƒ©œ", ""),
        ("teapot-glacier-47" + "z" * 111, ""),
    ],
)
def test_what_is_refused_and_what_is_not(demo, password, said):
    chen = demo.staff["chen"]
    chen.email = "chen.chen@power.example"
    told = wrong_with(password, chen)
    assert (said in told, bool(told)) == (True, bool(said))


def test_refusals_speak_both_languages_and_say_what_to_do(demo):
    with translation.override("zh-hans"):
        told = [wrong_with(one, demo.staff["chen"]) for one in ("x", "x" * 129, "chenchen", "password1")]
    assert told == [
        "密码太短。请至少使用 8 个字符，建议 15 个以上。",
        "密码太长。请最多使用 128 个字符。",
        "密码中除了您的姓名、用户名、机构或本产品的名称外所剩无几，这类密码最先被猜到。请加入与之无关的词语。",
        "密码容易被猜到，属于最先被尝试的一类。请使用三四个互不相关的词语，或只有您才会说的一句话。",
    ]


def test_judging_takes_little_time_whatever_is_typed(demo):
    hard = ["4@8({[<369&#!1/|0$5+7%2" * 6, "1|!$5+7%24@8({[<" * 8, "20112011" * 16, "a" * 128]
    begun = time.process_time()
    for password in hard:
        wrong_with(password[:128], demo.staff["chen"])
    assert (time.process_time() - begun < 10, JUDGED <= 32) == (True, True)


def test_every_way_to_a_password_has_the_rules(demo):
    chen, admin = demo.staff["chen"], demo.staff["admin"]
    with refused(Invalid) as one:
        change_password(chen, "chenchen", by=admin.actor, at=NOW)
    values = {"username": "lu", "name_zh": "陆羽", "unit": demo.units["city"], "roles": []}
    with refused(Invalid) as two:
        hire(**values, password="luyuluyu-ruoshui"[:8], by=admin.actor, at=NOW)
    with refused(Invalid) as three:
        change_own_password(chen, "ruoshui-demo", "password1", "password1", at=NOW)
    assert [list(info.value.errors) for info in (one, two, three)] == [["password"]] * 3


def test_one_s_own_change_asks_for_the_old_one_and_counts_wrong_ones(demo):
    chen = demo.staff["chen"]
    for old, new, again, field in (
        ("wrong", GOOD, GOOD, "old"),
        ("ruoshui-demo", "ruoshui-demo", "ruoshui-demo", "password"),
        ("ruoshui-demo", GOOD, "teapot", "again"),
    ):
        with refused(Invalid) as info:
            change_own_password(chen, old, new, again, at=NOW)
        assert list(info.value.errors) == [field]
    change_own_password(chen, "ruoshui-demo", GOOD, GOOD, at=NOW)
    assert enter("chen", GOOD, address="10.0.0.1", at=NOW) == chen
    assert (enter("chen", "ruoshui-demo", address="10.0.0.1", at=NOW), chen.must_change_password) == (None, False)


def test_whoever_finds_a_screen_unlocked_cannot_go_on_guessing_the_password(demo):
    came = []
    for _n in range(7):
        try:
            change_own_password(demo.staff["chen"], "wrong", GOOD, GOOD, at=NOW)
        except (Invalid, TooManyFailures) as refusal:
            came.append(type(refusal))
    assert came == [Invalid] * 6 + [TooManyFailures]


def test_the_old_password_takes_sessions_feeds_and_tokens_along(demo, kinds_of):
    chen, lead = demo.staff["chen"], demo.staff["lead"]
    token, _secret = issue_token(chen, name="t", scopes=[Scope.CASES_READ], by=SYSTEM, at=NOW)
    kept, _secret = issue_token(lead, name="t", scopes=[Scope.CASES_READ], by=SYSTEM, at=NOW)
    before = (chen.get_session_auth_hash(), chen.sealed("feed"), chen.sealed("browser:x"))
    change_own_password(chen, "ruoshui-demo", GOOD, GOOD, at=NOW)
    after = (chen.get_session_auth_hash(), chen.sealed("feed"), chen.sealed("browser:x"))
    assert not set(before) & set(after)
    token.refresh_from_db()
    kept.refresh_from_db()
    assert (token.revoked_at, kept.revoked_at) == (NOW, None)
    assert kinds_of(chen)[-3:] == [
        "organization.token_issued",
        "organization.token_revoked",
        "organization.password_changed",
    ]


def told(staff):
    return [sentence_of(one) for one in Notice.objects.filter(staff=staff).order_by("pk")]


def test_a_password_from_somebody_else_is_good_for_one_sign_in_and_its_owner_hears_of_it(demo, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    chen, admin = demo.staff["chen"], demo.staff["admin"]
    change_password(chen, GOOD, by=admin.actor, at=NOW)
    assert chen.must_change_password
    assert told(chen) == [
        "Ruoshui Zhou gave you a one-time password on 03-04 10:00. Sign in with it and choose your own."
    ]
    change_own_password(chen, GOOD, "lantern-river-208", "lantern-river-208", at=NOW)
    assert not chen.must_change_password
    assert told(chen)[1].startswith("Your password was changed on 03-04 10:00.")
    assert set(Notice.objects.filter(staff=chen).values_list("by_mail", "is_urgent")) == {(True, True)}


def test_a_one_time_password_ends_after_a_week(demo):
    chen = demo.staff["chen"]
    change_password(chen, GOOD, by=demo.staff["admin"].actor, at=NOW)
    assert enter("chen", GOOD, address="10.0.0.1", at=at("2026-03-11 10:00")) == chen
    with refused(OneTimePasswordOver):
        enter("chen", GOOD, address="10.0.0.1", at=at("2026-03-11 10:01"))
    assert enter("chen", "wrong", address="10.0.0.1", at=at("2026-03-11 10:02")) is None


def test_who_is_hired_by_a_colleague_chooses_their_own_password_first(demo):
    values = {"name_zh": "陆羽", "unit": demo.units["city"], "roles": [], "at": NOW}
    by_admin = hire(**values, username="lu", password=GOOD, by=demo.staff["admin"].actor)
    assert (by_admin.must_change_password, demo.staff["chen"].must_change_password) == (True, False)


def test_a_new_password_ends_the_wait_that_wrong_tries_of_the_old_one_made(demo):
    chen = demo.staff["chen"]
    for n in range(8):
        with suppress(TooManyFailures):
            enter("chen", "wrong", address=f"81.2.{n}.5", at=NOW)
    with refused(TooManyFailures):
        enter("chen", "ruoshui-demo", address="10.0.0.1", at=NOW)
    change_password(chen, GOOD, by=demo.staff["admin"].actor, at=NOW)
    assert enter("chen", GOOD, address="10.0.0.1", at=NOW) == chen
