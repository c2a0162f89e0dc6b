from ruoshui.feedback.actions.answering import answer_survey
from ruoshui.feedback.actions.following_up import follow_up
from ruoshui.feedback.actions.inviting import deliver, invite

__all__ = ["answer_survey", "deliver", "follow_up", "invite"]
