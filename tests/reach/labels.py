"""Which right's label covers which write. Each write of the staff's pages and of the API stands here, or in the settings'
own declaration (`@set_up_with`): one that is missing fails the contract test.
"""

from ruoshui.organization.models import SETTING_UP, Permission
from ruoshui.organization.models.belonging import BELONGING
from ruoshui.web.studio.sections import SECTIONS
from tests.reach.doors import Door

Ways = tuple[frozenset[Permission], ...]  # each of these sets of rights is enough


def by(*rights: Permission) -> Ways:
    return (frozenset(rights),)


def either(*rights: Permission) -> Ways:
    return tuple(frozenset({one}) for one in rights)


WORK, SUPERVISE, LOBBY, CUSTOMERS = Permission.WORK, Permission.SUPERVISE, Permission.LOBBY, Permission.CUSTOMERS
PEOPLE, SECURITY, PROCESSES, BRANCHES = SETTING_UP
CONFIDENTIAL = Permission.CONFIDENTIAL
SIGNED_IN: Ways = by()
"""What is one's own, or what nobody needs a right for: whoever is signed in."""

_PAGES: list[tuple[Ways, str]] = [
    (
        SIGNED_IN,
        "workspace:presence workspace:password workspace:sign-out-elsewhere workspace:views workspace:read-all",
    ),
    (
        by(WORK),
        # cases
        "workspace:new workspace:say workspace:assign workspace:queue workspace:suspend workspace:resolve"
        " workspace:close workspace:reopen workspace:pass workspace:split workspace:link workspace:participate"
        " workspace:say-whose"
        " workspace:categorize workspace:milestone workspace:add-task"
        # their documents
        " workspace:receive-document workspace:accept-document workspace:return-document workspace:waive-document"
        # letters, messages, calls
        " workspace:write-letter workspace:mark-letters workspace:mail-again"
        " workspace:text-again workspace:text-in-again workspace:dial workspace:call-note workspace:new-call-back"
        " workspace:take-call-back workspace:end-call-back"
        # requests to and from other units
        " workspace:ask workspace:accept workspace:send-back workspace:hand-on workspace:finish workspace:again"
        " workspace:withdraw workspace:rate"
        # equipment on a round
        " workspace:asset-round workspace:asset-put-off workspace:asset-defect workspace:asset-mend"
        # what customers say of themselves
        " workspace:new-customer workspace:customer-contact workspace:customer-note workspace:customer-wishes"
        # at a counter
        " branch:session branch:call branch:appointments",
    ),
    (
        by(SUPERVISE),
        "workspace:urge workspace:decide-extension workspace:violation workspace:promise-again workspace:correct"
        " workspace:mail-release workspace:mail-reject branch:what-if"
        # tasks that are neither one's own nor of one's role
        " workspace:take-task workspace:give-task-back workspace:pass-task workspace:finish-task"
        " workspace:replace-approver workspace:withdraw-task",
    ),
    (by(WORK, SUPERVISE), "workspace:merge workspace:split-back workspace:mend-process"),
    (either(WORK, SUPERVISE), "workspace:answer-urge workspace:ask-extension"),
    (either(LOBBY, SUPERVISE), "branch:lobby-take branch:set-counter"),
    (by(CUSTOMERS), "workspace:customer workspace:customer-code workspace:customer-merge workspace:tell-customer"),
    (either(CUSTOMERS, SUPERVISE), "workspace:new-asset workspace:asset-entry workspace:asset-retire"),
    (by(PEOPLE), "studio:unit studio:units studio:hire studio:person studio:absence"),
    (by(SECURITY), "studio:tokens studio:revoke studio:webhook-secret studio:webhook-again"),
    (
        by(PROCESSES),
        "studio:calendars studio:calendar studio:special-day studio:announce studio:new-level studio:level studio:draft"
        " studio:discard-draft studio:strategy-draft studio:discard-strategy studio:template-draft"
        " studio:publish-template studio:discard-template studio:try-template studio:move-template"
        " studio:carry-template studio:send-notice",
    ),
    (
        by(BRANCHES),
        "studio:branches studio:branch studio:branch-queue studio:branch-counter studio:branch-duties"
        " studio:branch-device",
    ),
]
_OPERATIONS: list[tuple[Ways, str]] = [
    (SIGNED_IN, "read_notice answer_survey"),
    (
        by(WORK),
        "create_case reply_case note_case assign_case pause_case resume_case resolve_case close_case reopen_case"
        " reach_milestone add_task ask_approval add_document record_round report_defect ask_for_call_back take_call_back"
        " end_call_back set_wishes create_customer answer_urge ask_unit accept_request return_request ask_again"
        " pass_request finish_request withdraw_request rate_request take_number set_counter call_next start_service"
        " fill_form finish_service recall_number mark_not_come rejoin_queue hold_service call_number"
        " book_appointment cancel_appointment arrive pass_case split_case link_cases add_participant categorize_case"
        " name_customer",
    ),
    (
        by(SUPERVISE),
        "urge decide_extension record_violation promise backdate_promise correct_wait"
        " take_task give_task_back pass_task finish_task replace_approver withdraw_task",
    ),
    (either(WORK, SUPERVISE), "ask_extension"),
    (either(LOBBY, SUPERVISE), "move_number care_for_number leave_queue excuse_absence"),
    (by(CUSTOMERS), "tell_customer merge_customers"),
    (by(WORK, SUPERVISE), "merge_cases split_case_back"),
    (either(CUSTOMERS, SUPERVISE), "register_asset"),
]
_EACH_VERB = {
    # of a number that waits; one at a counter is also moved by who sits there
    "branch:act/transfer": (frozenset({WORK, LOBBY}), frozenset({WORK, SUPERVISE})),
    "branch:act": by(WORK),
    "branch:lobby-act": either(LOBBY, SUPERVISE),
    "branch:appointment-act/excuse": either(LOBBY, SUPERVISE),
    "branch:appointment-act": by(WORK),
}
# Whom the task asks, by name: no right decides for them. The verb says so, in words on the page.
NAMED = {"workspace:decide-task", "decide_task"}
PAGES = {name: ways for ways, names in _PAGES for name in names.split()}
OPERATIONS = {name: ways for ways, names in _OPERATIONS for name in names.split()}


def ways_of(door: Door) -> Ways | None:
    """None: nobody has said."""
    if door.section == "seats" and "thing/" in door.name:  # not the list
        return by(PEOPLE, CONFIDENTIAL)  # who sits there sees the cases that come to the group, whatever they are
    if door.section:
        return by(BELONGING[SECTIONS[door.section].model].right)
    found = PAGES.get(door.name) if ":" in door.name else OPERATIONS.get(door.name)
    return found or _EACH_VERB.get(door.name) or _EACH_VERB.get(door.name.partition("/")[0])
