from django.utils.translation import gettext_lazy as _

from ruoshui.core.refusals import Refusal


class ClockHasEnded(Refusal):
    code = "clock-has-ended"
    text = _("This promise is settled already: nothing runs that could be changed.")


class PromiseAlreadyBroken(Refusal):
    code = "promise-already-broken"
    text = _("The promised time has passed already. More time does not undo that: promise again, with a reason.")


class OwnExtension(Refusal):
    code, status = "own-extension", 403
    text = _("Nobody approves their own request. Another supervisor has to decide.")


class ExtensionDecidedAlready(Refusal):
    code = "extension-decided"
    text = _("Somebody has decided this already.")


class UrgeAnsweredAlready(Refusal):
    code = "urge-answered"
    text = _("This urging has been answered already.")


class NoPromiseYet(Refusal):
    code = "no-promise"
    text = _("Nothing was promised for this case yet. Promise a level first.")


class LevelNotPublished(Refusal):
    code = "level-not-published"
    text = _("The level {level} has no published version. Publish one, or choose another level.")


class PromiseInThePast(Refusal):
    code, status = "promise-in-the-past", 422
    text = _(
        "Counted from the beginning, {target} would be due at {moment}, which has passed. Count from now on instead."
    )


class NoSuchMilestone(Refusal):
    code, status = "no-such-milestone", 404
    text = _("The level of this case has no milestone of this code.")


class MilestoneReachedAlready(Refusal):
    code = "milestone-reached"
    text = _("This milestone has been reached already.")


class MilestoneTooEarly(Refusal):
    code = "milestone-too-early"
    text = _("The milestone “{after}” comes first.")


class RequestInState(Refusal):
    code = "request-in-other-state"
    text = _("The request {number} is {state}: this can no longer be done. Load it again.")


class RequestToItself(Refusal):
    code, status = "request-to-itself", 422
    text = _("{unit} would ask itself. Choose another unit.")


class NoPublishedStrategy(Refusal):
    code, status = "no-rows", 422
    text = _("A strategy without any row promises nothing to anybody. Add a row first.")


class NothingToPublish(Refusal):
    code, status = "nothing-to-publish", 422
    text = _("There is no draft to publish.")


class EmptyLevel(Refusal):
    code, status = "empty-level", 422
    text = _("A level without any target promises nothing. Add a target first.")
