"""An answer under a key is repeated to whoever may still do what they might then, and to nobody else."""

import pytest

from ruoshui.cases.models import Case
from ruoshui.core.actors import SYSTEM
from ruoshui.core.models import AnsweredRequest
from ruoshui.organization.actions import set_memberships
from tests.conftest import NOW

BODY = {"type": "billing", "subject": "电费", "customer": {"name": "许文", "contacts": []}, "confidential": True}
KEY = {"Idempotency-Key": "k1"}


@pytest.fixture
def chen(program, demo):
    """The token's calls, and a way to set its owner's roles."""

    def roles(*held):
        wanted = [(demo.units[unit], demo.roles[role]) for unit, role in held]
        set_memberships(demo.staff["chen"], wanted, by=SYSTEM, at=NOW)

    return program("chen"), roles


def test_who_lost_a_right_does_not_get_the_code_of_the_case_again(chen):
    ask, roles = chen
    status, first = ask("POST", "/cases", BODY, **KEY)
    assert (status, Case.objects.get().access_code) == (201, first["access_code"])
    assert ask("POST", "/cases", BODY, **KEY) == (201, first)  # one that they may not see: they opened it
    roles(("east", "clerk"))
    status, answer = ask("POST", "/cases", BODY, **KEY)
    assert (status, answer["code"]) == (409, "answer-not-repeated")
    assert first["access_code"] not in str(answer)
    assert Case.objects.count() == 1


def test_more_rights_take_nothing_away(chen, demo):
    ask, roles = chen
    first = ask("POST", "/cases", BODY, **KEY)
    held = [(one.unit.code, one.role.code) for one in demo.staff["chen"].memberships.all()]
    roles(*held, ("east", "clerk"))
    assert ask("POST", "/cases", BODY, **KEY) == first


def test_what_an_older_release_kept_is_not_repeated(chen):
    ask, _roles = chen
    ask("POST", "/cases", BODY, **KEY)
    AnsweredRequest.objects.update(body={"number": "RS1", "access_code": "secret"})
    status, answer = ask("POST", "/cases", BODY, **KEY)
    assert (status, answer["code"], Case.objects.count()) == (409, "answer-not-repeated", 1)


def test_a_stranger_with_the_same_key_opens_a_case_of_their_own(chen, program):
    ask, _roles = chen
    _status, first = ask("POST", "/cases", BODY, **KEY)
    status, other = program("wang")("POST", "/cases", BODY, **KEY)
    assert (status, Case.objects.count()) == (201, 2)
    assert {other["number"], other["access_code"]}.isdisjoint({first["number"], first["access_code"]})
