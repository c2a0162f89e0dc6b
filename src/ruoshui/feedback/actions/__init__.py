from ruoshui.feedback.actions.answering import answer_survey
from ruoshui.feedback.actions.following_up import follow_up
from ruoshui.feedback.actions.inviting import deliver, invite
from ruoshui.feedback.actions.resting import end_invitations

__all__ = ["answer_survey", "deliver", "end_invitations", "follow_up", "invite"]
