"""What the verbs of processes refuse, and what to do about it."""

from django.utils.translation import gettext_lazy as _

from ruoshui.core.refusals import NotAllowed, Refusal


class TaskNotToDo(Refusal):
    code = "task-not-to-do"
    text = _("“{name}” is {state}: nothing is to be done any more.")
    words = ("name",)


class TaskTakenAlready(Refusal):
    code = "task-taken"
    text = _("{who} has taken “{name}” already. Ask for it to be passed to you.")
    words = ("name",)


class TaskNotTaken(Refusal):
    code = "task-not-taken"
    text = _("Nobody has taken “{name}” yet, so it cannot be given back.")
    words = ("name",)


class PapersMissing(Refusal):
    code = "papers-missing"
    text = _("“{name}” cannot be finished yet: {papers} is missing. Bring it in, or say why it is not needed.")
    words = ("name", "papers")


class MayNotDecline(Refusal):
    code = "may-not-decline"
    text = _("“{name}” may not be declined. Pass it to a colleague who can do it today.")
    words = ("name",)


class CannotDoTask(Refusal):
    code, status = "cannot-do-task", 422
    text = _("{who} does not work here any more. Choose someone else.")


class NeedsTaskSupervisor(NotAllowed):
    code = "needs-task-supervisor"
    text = _("Only a supervisor of {unit} can do this. Ask one of them.")


class MayNotVoteOnThis(Refusal):
    code, status = "may-not-vote-on-this", 422
    text = _("{who} does not work for {unit}. Choose somebody who holds the role or works there.")


class TooFewApprovers(Refusal):
    code, words = "too-few-approvers", ("name",)
    text = _(
        "“{name}” needs {needed} to approve, and fewer would be left to ask. Choose somebody else to decide instead."
    )


class BelongsToProcess(Refusal):
    code, words = "belongs-to-process", ("name",)
    text = _(
        "“{name}” is a step of the process: finish it or pass it on. Only tasks that somebody added can be withdrawn."
    )


class NotAnApproval(Refusal):
    code = "not-an-approval"
    text = _("“{name}” is not an approval: finish it instead.")
    words = ("name",)


class IsAnApproval(Refusal):
    code = "is-an-approval"
    text = _("“{name}” is an approval: approve or reject it.")
    words = ("name",)


class NotAskedToVote(Refusal):
    code, status = "not-asked-to-vote", 403
    text = _("You are not among those who decide on “{name}”.")
    words = ("name",)


class VotedAlready(Refusal):
    code = "voted-already"
    text = _("You have decided on “{name}” already.")
    words = ("name",)


class NobodyHoldsRole(Refusal):
    code = "nobody-holds-role"
    text = _("Nobody holds the role {role} for “{task}”. Give the role to somebody, then let the process go on.")


class NoSuchSetting(Refusal):
    code = "no-such-setting"
    text = _("“{task}” names {what} “{code}”, which does not exist. Correct the template.")


class ProcessNotStopped(Refusal):
    code = "process-not-stopped"
    text = _("The process of {number} has not stopped: there is nothing to fix.")


class NoProcess(Refusal):
    code = "no-process"
    text = _("{number} has no process.")


class NoDraft(Refusal):
    code = "no-draft"
    text = _("There is no draft to publish. Begin one first.")


class NothingToTakeAway(Refusal):
    code = "nothing-to-take-away"
    text = _("“{type}” has no {what} yet, so there is no file to download.")


class CannotMove(Refusal):
    code = "cannot-move"
    text = _("The case cannot be moved to the new version: {why}")


class WrongTemplate(Refusal):
    code, status = "wrong-template", 422
    text = _("The template cannot be published yet: {faults}")
