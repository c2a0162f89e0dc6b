"""What a browser has to fetch does not grow unseen: each built file has its most, in bytes as it lies on the disk."""

import re
from pathlib import Path

from django.conf import settings

BUILT = Path(settings.STATICFILES_DIRS[0]) / "built"
# A little above what they are. Whoever needs more writes it here; whoever needs less writes that.
MOST = {
    "app.css": 125_000,
    "chat.css": 2_500,
    "studio.css": 36_000,
    "app.js": 17_000,
    "branch.js": 2_600,
    "charts.js": 600_000,
    "chat.js": 3_600,
    "following.js": 1_200,
    "keys.js": 700,
    "kiosk.js": 4_200,
    "live-worker.js": 1_500,
    "print.js": 100,
    "studio.js": 640_000,
    "icons.svg": 85_000,
}
EVERY_PAGE = ("app.css", "app.js", "following.js", "keys.js", "live-worker.js", "icons.svg")


def sizes(packed: str = "") -> dict[str, int]:
    """By name, without the sum that the build puts into the names of shared parts."""
    found = {}
    for path in BUILT.iterdir():
        name = path.name.removesuffix(packed)
        if re.search(r"\.(css|js)$|^icons\.svg$", name) and path.name == name + packed:
            found[re.sub(r"-[\w-]{8}\.js$", ".js", name)] = path.stat().st_size
    return found


def test_each_built_file_is_known_and_no_longer_than_it_may_be():
    found = sizes()
    assert set(found) == set(MOST)
    assert {name: size for name, size in found.items() if size > MOST[name]} == {}


def test_what_may_be_is_near_to_what_is():
    """Else a file grows by half before anybody sees it."""
    found = sizes()
    assert {name: found[name] for name, most in MOST.items() if found[name] < most * 0.8 and most > 3_000} == {}


def test_all_that_every_page_needs_is_little_when_it_is_sent():
    packed = sizes(".br")
    assert sum(packed.get(name, 0) for name in EVERY_PAGE) < 40_000


def test_a_page_without_charts_or_designers_asks_for_none_of_theirs():
    """Both are as long as everything else together: they stand in the pages that draw, not in the frame of all."""
    folder = Path(settings.TEMPLATES[0]["DIRS"][0])
    asked = {
        name: sorted(
            str(path.relative_to(folder)) for path in folder.rglob("*.html") if f'"{name}"' in path.read_text()
        )
        for name in ("charts.js", "studio.js", "studio.css")
    }
    assert asked == {
        "charts.js": ["branch/report.html", "branch/staffing.html", "cockpit/home.html"],
        "studio.js": ["studio/designer.html"],
        "studio.css": ["studio/designer.html"],
    }
