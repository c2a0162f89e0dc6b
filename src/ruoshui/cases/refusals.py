"""What the verbs of cases refuse, and what to do about it."""

from django.utils.translation import gettext_lazy as _

from ruoshui.core.refusals import NotAllowed, Refusal


class CaseNotActive(Refusal):
    code = "case-not-active"
    text = _("{number} is finished. Reopen it first.")


class CaseNotWaiting(Refusal):
    code = "case-not-waiting"
    text = _("{number} is not paused, so there is nothing to resume.")


class CaseAlreadyWaiting(Refusal):
    code = "case-already-waiting"
    text = _("{number} is paused already. Resume it before you pause it for another reason.")


class CaseAlreadyClosed(Refusal):
    code = "case-already-closed"
    text = _("{number} is closed already. Reopen it to go on.")


class CaseStillOpen(Refusal):
    code = "case-still-open"
    text = _("{number} is open: there is nothing to reopen.")


class CaseWasMerged(Refusal):
    code = "case-was-merged"
    text = _("{number} was merged into {into}. Go on there.")


class TeamElsewhere(Refusal):
    code, status = "team-elsewhere", 422
    text = _("The team {team} does not work for {unit}. Choose a team of that unit or of one above it.")


class CannotMerge(Refusal):
    code = "cannot-merge"
    text = _("These cases cannot be merged: they are the same, or one was merged already.")


class SurvivorFinished(Refusal):
    code = "survivor-finished"
    text = _("{number} is finished, so nobody would work on what you merge into it. Say that it is to be reopened.")


class NotMerged(Refusal):
    code = "not-merged"
    text = _("{number} was not merged into another case.")


class TooLateToSplitBack(Refusal):
    code = "too-late-to-split-back"
    text = _("{number} was merged more than {days} days ago. Split off its messages instead.")


class CannotLink(Refusal):
    code = "cannot-link"
    text = _("A case cannot be linked to itself.")


class SameUnit(Refusal):
    code = "same-unit"
    text = _("The case is with {unit} already. Choose another unit.")


class UnitNotInUse(Refusal):
    code, status = "unit-not-in-use", 422
    text = _("{unit} is not in use. Choose another unit.")


class TypeNotInUse(Refusal):
    code, status = "type-not-in-use", 422
    text = _("This kind of request is not offered any more. Choose another one.")


class NoUnitForType(Refusal):
    code, status = "no-unit-for-type", 422
    text = _("Nobody handles this kind of request yet: name a unit, or set one on the case type.")


class AssigneeInactive(Refusal):
    code, status = "assignee-inactive", 422
    text = _("{name} does not work here any more. Choose someone else.")


class WorkUnfinished(Refusal):
    code = "work-unfinished"
    text = _(
        "{number} is not done yet: {unfinished}. Finish this, choose another outcome, or let a supervisor end it with "
        "a reason."
    )
    words = ("unfinished",)


class NeedsSupervisor(NotAllowed):
    code = "needs-supervisor"
    text = _("Only a supervisor of {unit} may end a case while something is missing.")


class CustomerKnown(Refusal):
    code = "customer-known"
    text = _("{number} has a customer already.")


class NoMessagesToSplit(Refusal):
    code, status = "no-messages-to-split", 422
    text = _("Choose at least one message of this case to split off.")


class AttachmentRefused(Refusal):
    code, status = "attachment-refused", 422
    text = _("The file {name} was not accepted: {why}")


class LetterUnreadable(Refusal):
    code, status = "letter-unreadable", 422
    text = _("The system cannot read this mail. Open its original and create a case by hand.")


class LetterIsOurs(Refusal):
    code, status = "letter-is-ours", 422
    text = _("This mail comes from an address of our own and opens no case. Create one by hand if needed.")


class LetterSettled(Refusal):
    code = "letter-settled"
    text = _("Somebody has dealt with this mail already.")


class NeedsConfidential(NotAllowed):
    code = "needs-confidential"
    text = _(
        "This belongs to a confidential case: only somebody who may see the confidential cases of {unit} can do it. "
        "Ask one of them."
    )
