"""Names are found by their initials, as people at a counter type them."""

import pytest

from ruoshui.core.actors import SYSTEM
from ruoshui.customers.actions import register_customer
from ruoshui.customers.models import Customer
from ruoshui.customers.names import findable_name
from ruoshui.customers.queries import find
from tests.conftest import NOW

INITIALS = {
    "张三": "zs",
    "李 世民": "lsm",
    "呂布": "lb",
    "歐陽脩": "oyx",
    # beyond the signs of GB 2312 that are ordered by sound, and beyond GB 2312
    "刘鑫淼": "lxm",
    "王昊琪": "whq",
    "陈玥": "cy",
    "堃喆镕": "kzr",
    # surnames that are read otherwise than their signs
    "尉迟恭": "ycg",
    "尉遲恭": "ycg",
    "长孙无忌": "zswj",
    "万俟卨": "mqx",
    "乐毅": "yy",
    "区志强": "ozq",
    "曾国藩": "zgf",
    "单雄信": "sxx",
    "仇英": "qy",
    "查良镛": "zly",
    "国网浙江省电力有限公司": "gwzj",
}


@pytest.mark.parametrize(("name", "initials"), INITIALS.items(), ids=INITIALS)
def test_a_chinese_name_has_the_initials_of_its_sounds(name: str, initials: str):
    assert findable_name(name).split("\n")[1:] == [initials]


def test_a_name_of_several_words_is_found_from_either_end():
    assert findable_name("Smith, Jörg").split("\n")[1:] == ["sj", "js"]


@pytest.mark.parametrize("name", ["", "鑫", "Anna", "李𠮷", "ไทย", "👍👍"])
def test_one_sign_or_signs_nobody_reads_in_chinese_have_none(name: str):
    assert findable_name(name).split("\n")[1:] == []


def test_a_customer_with_a_rare_sign_is_found_by_initials_and_the_next_with_others_is_not(demo):
    found, _other = (
        register_customer(name=name, contacts=[], unit=demo.units["city"], by=SYSTEM, at=NOW)
        for name in ("刘鑫淼", "刘三")
    )
    assert list(find(Customer.objects.all(), "lxm")) == [found]
