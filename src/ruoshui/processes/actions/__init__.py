from ruoshui.processes.actions.approvers import must_supervise, replace_approver, withdraw_approver
from ruoshui.processes.actions.approving import ask_approval, vote
from ruoshui.processes.actions.moving import move_to_version
from ruoshui.processes.actions.running import call_off, go_on_again, send_message, start_process
from ruoshui.processes.actions.sweeping import fire_due_timers
from ruoshui.processes.actions.tasks import add_task, finish_task, give_task_back, pass_task, take_task
from ruoshui.processes.actions.templating import begin_template, discard_template, publish_template, set_template
from ruoshui.processes.actions.withdrawing import withdraw_task

__all__ = [
    "add_task",
    "ask_approval",
    "begin_template",
    "call_off",
    "discard_template",
    "finish_task",
    "fire_due_timers",
    "give_task_back",
    "go_on_again",
    "move_to_version",
    "must_supervise",
    "pass_task",
    "publish_template",
    "replace_approver",
    "send_message",
    "set_template",
    "start_process",
    "take_task",
    "vote",
    "withdraw_approver",
    "withdraw_task",
]
