from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ruoshui.core.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a pack, and where: the file, the line (0: the file as a whole)."""

    file: str
    line: int
    text: str | Promise

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}" if self.line else f"{self.file}: {self.text}"


class FaultyPack(Refusal):
    code, status = "faulty-pack", 422
    text = _("The pack cannot be installed:\n{faults}")

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__(faults="\n".join(str(one) for one in faults[:50]))


class PackMissing(Refusal):
    code, status = "pack-missing", 422
    text = _("This pack builds on the pack “{code}”: install that first.")


class NotInstalled(Refusal):
    code = "not-installed"
    text = _("The pack {code} is not installed: there is nothing to upgrade. Install it.")


class DraftInTheWay(Refusal):
    code = "draft-in-the-way"
    text = _("There is a draft of “{what}”. Publish or discard it first, so that nothing of it is lost.")
