from ruoshui.cases.actions._locking import is_opening, locked, locked_active, write
from ruoshui.cases.actions._saying import make_findable, say
from ruoshui.cases.actions.answering import bring_message
from ruoshui.cases.actions.assigning import assign_case, may_take, queue_case, release_case
from ruoshui.cases.actions.calling import bind_call_to_case
from ruoshui.cases.actions.categorizing import categorize_case
from ruoshui.cases.actions.closing import close_case
from ruoshui.cases.actions.dating import date_case
from ruoshui.cases.actions.keeping_secret import guard_secret
from ruoshui.cases.actions.linking import link_cases
from ruoshui.cases.actions.mail_held import (
    hold_ignored_letter,
    judged_again,
    left_out_before,
    reject_letter,
    release_letter,
)
from ruoshui.cases.actions.mail_in import take_letter, take_new_letters
from ruoshui.cases.actions.merging import merge_cases, survivor_of
from ruoshui.cases.actions.naming_customer import name_customer
from ruoshui.cases.actions.opening import open_case
from ruoshui.cases.actions.participating import add_participant, let_opener_take_part, note_read_back
from ruoshui.cases.actions.passing import pass_case
from ruoshui.cases.actions.reopening import reopen_case
from ruoshui.cases.actions.replying import note_case, reply_as_customer, reply_case
from ruoshui.cases.actions.resolving import resolve_case
from ruoshui.cases.actions.splitting import split_case
from ruoshui.cases.actions.splitting_back import split_back
from ruoshui.cases.actions.telling import tell_customer
from ruoshui.cases.actions.text_in import take_new_texts, take_text
from ruoshui.cases.actions.viewing import forget_view, save_view
from ruoshui.cases.actions.waiting import pause_case, resume_case

__all__ = [
    "add_participant",
    "assign_case",
    "bind_call_to_case",
    "bring_message",
    "categorize_case",
    "close_case",
    "date_case",
    "forget_view",
    "guard_secret",
    "hold_ignored_letter",
    "is_opening",
    "judged_again",
    "left_out_before",
    "let_opener_take_part",
    "link_cases",
    "locked",
    "locked_active",
    "make_findable",
    "may_take",
    "merge_cases",
    "name_customer",
    "note_case",
    "note_read_back",
    "open_case",
    "pass_case",
    "pause_case",
    "queue_case",
    "reject_letter",
    "release_case",
    "release_letter",
    "reopen_case",
    "reply_as_customer",
    "reply_case",
    "resolve_case",
    "resume_case",
    "save_view",
    "say",
    "split_back",
    "split_case",
    "survivor_of",
    "take_letter",
    "take_new_letters",
    "take_new_texts",
    "take_text",
    "tell_customer",
    "write",
]
