"""Every write of staff and programs says which right's label covers it. New addresses and operations join by themselves."""

from collections.abc import Callable
from typing import Any

from ruoshui.web.sessions import to_sign_in
from tests.contracts.test_doors import NO_UNIT, _used, _views
from tests.reach.doors import operations, pages
from tests.reach.labels import NAMED, OPERATIONS, PAGES, ways_of

# Their views read the POST for another address, or answer a question with it; they write nothing.
WRITE_NOTHING = {
    "workspace:task": "shows again what was posted to its verbs",
    "workspace:print-letters": "sheets of letters one sees",
    "branch:staffing": "a plan that is only shown",
    "branch:staffing-export": "the same as a table",
    "workspace:phone-pop": "the card of who is calling",
}


def takes_a_post(view: Callable[..., Any] | None) -> bool:
    """Whether it looks at what is posted, or is let in by POST only."""
    while view is not None:
        file = getattr(getattr(view, "__code__", None), "co_filename", "")
        if file.endswith("decorators/http.py"):
            methods = [cell.cell_contents for cell in view.__closure__ or ()]
            return ["POST"] in methods
        if _used(view, {id(to_sign_in)}) & {"POST", "FILES", "method"}:
            return True
        view = getattr(view, "__wrapped__", None)
    return False


def test_every_write_says_which_label_covers_it():
    views = dict(_views())
    doors = {door.name: door for door in pages()}
    writes = {name: one for name, one in doors.items() if takes_a_post(views[name.partition("/")[0]])}
    writes |= {door.name: door for door, _schema in operations()}
    unsaid = {name for name, door in writes.items() if ways_of(door) is None} - NAMED - set(WRITE_NOTHING)
    assert unsaid == set()
    assert (set(PAGES) | set(OPERATIONS) | NAMED) - set(writes) == set()  # none is labelled that is gone


def test_what_stands_in_no_table_belongs_to_no_member_of_staff():
    """Screens with their key, customers with theirs: such addresses ask for no right, and are listed with the reason."""
    walked = {door.name.partition("/")[0] for door in pages()}
    others = {name for name, view in _views() if ":" in name and name not in walked and takes_a_post(view)}
    assert others - set(NO_UNIT) == set()


def test_a_post_is_noticed_behind_the_guards_of_a_view():
    from ruoshui.web.workspace import lists, session, verbs

    assert [takes_a_post(view) for view in (verbs.resolve, session.presence, lists.search)] == [True, True, False]
