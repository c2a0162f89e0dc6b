"""The tree of units, and what each level may see of it."""

from ruoshui.core.actors import SYSTEM
from ruoshui.core.refusals import Invalid
from ruoshui.organization.actions import add_unit, move_unit
from ruoshui.organization.actions.units import UnitUnderItself
from ruoshui.organization.models import Permission, Unit
from tests.conftest import NOW, refused


def test_a_unit_is_within_all_that_are_above_it(demo):
    hq, city, east = demo.units["hq"], demo.units["city"], demo.units["east"]
    assert east.is_within(city)
    assert east.is_within(hq)
    assert not city.is_within(east)
    assert east.lineage == [hq.pk, demo.units["province"].pk, city.pk, east.pk]


def test_moving_a_unit_takes_all_below_it_along(demo):
    move_unit(demo.units["city"], to=demo.units["hq"], by=SYSTEM, at=NOW)
    east = Unit.objects.get(code="east")
    assert east.lineage == [demo.units["hq"].pk, demo.units["city"].pk, east.pk]


def test_a_unit_cannot_be_moved_under_itself(demo):
    with refused(UnitUnderItself):
        move_unit(demo.units["city"], to=demo.units["east"], by=SYSTEM, at=NOW)


def test_two_units_cannot_share_a_code(demo):
    with refused(Invalid) as info:
        add_unit(code="city", name_zh="又一个", parent=demo.units["hq"], by=SYSTEM, at=NOW)
    assert list(info.value.errors) == ["code"]


def test_each_level_reaches_its_subtree_and_nothing_else(demo):
    def reach(username):
        return set(demo.staff[username].units_with().values_list("code", flat=True))

    assert reach("lead") == {"city", "east", "west", "field"}
    assert reach("province") == {"province", "city", "east", "west", "field", "network", "city2", "south"}
    assert reach("east") == {"east"}
    assert demo.staff["admin"].sees_everything()
    assert not demo.staff["province"].sees_everything()


def test_a_right_counts_only_where_the_role_reaches(demo):
    lead = demo.staff["lead"]
    assert lead.may(Permission.SUPERVISE, demo.units["east"])
    assert not lead.may(Permission.SUPERVISE, demo.units["south"])
    assert not demo.staff["chen"].may(Permission.SUPERVISE)
