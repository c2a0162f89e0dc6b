from typing import cast

from ruoshui.cases.events import CaseOpened, CasePassed
from ruoshui.cases.models import Case
from ruoshui.core.reactions import Happened, at_once
from ruoshui.routing.actions import choose_team


@at_once(CaseOpened, CasePassed)
def give_to_team_on_case_opened(event: CaseOpened | CasePassed, happened: Happened) -> None:
    choose_team(cast(Case, happened.about), at=happened.at)
