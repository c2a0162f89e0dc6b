"""Whatever is taken away as a file, from rows older than any rule: it opens, and is no formula of whoever opens it."""

import re
from pathlib import Path

import ruoshui.web
from tests.secrecy.world import build
from tests.web.exports import answers, faults, view_of
from tests.web.old_rows import grow_old

WEB = Path(ruoshui.web.__file__).parent
HANDS_OUT = re.compile(
    r"FileResponse\(|StreamingHttpResponse\(|\bdownload\(|pdf_response\(|file_response\(|shown_file\(|to_ical\(|"
    r"Content-Disposition|image/svg"
)
# Ways for others to hand out a file, and what is no answer to somebody's click.
NO_DOORS = {"ruoshui.web.downloads", "ruoshui.web.conversation", "ruoshui.web.printing", "ruoshui.web.playing"}
LEAST_WORDS = 150  # columns of old words


def handing_out() -> set[str]:
    found = {path for path in WEB.rglob("*.py") if HANDS_OUT.search(path.read_text())}
    return {"ruoshui.web." + path.relative_to(WEB).with_suffix("").as_posix().replace("/", ".") for path in found}


def test_whatever_is_taken_away_opens_and_is_no_formula(full_house):
    world = build(full_house)
    assert len(grow_old()) > LEAST_WORDS
    found = list(answers(world))
    wrong = {address: told for address, answer in found if (told := faults(answer))}
    assert wrong == {}, wrong
    modules = {view_of(address).rpartition(".")[0] for address, _answer in found}
    assert handing_out() - NO_DOORS - modules == set(), sorted(address for address, _answer in found)
