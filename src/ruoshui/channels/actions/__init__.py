from ruoshui.channels.actions.calling import (
    bind_call,
    dial,
    dial_signed,
    end_forgotten_calls,
    note_call,
    take_call_told,
)
from ruoshui.channels.actions.calling_back import end_call_back, owe_call_back, take_call_back
from ruoshui.channels.actions.hearing import hear_once, refuse_call
from ruoshui.channels.actions.posting import mark_letters, write_letter
from ruoshui.channels.actions.receiving import put_letter_off, receive_letter, settle_letter
from ruoshui.channels.actions.sending import give_letter, mark_bounced, mark_bounced_to, send_again, send_due_letters
from ruoshui.channels.actions.texting import (
    awaits_file,
    bring_file,
    give_text,
    let_file_follow,
    note_delivery,
    put_text_off,
    receive_text,
    send_due_texts,
    send_text_again,
    settle_text,
    take_up_again,
)
from ruoshui.channels.actions.trying import fault_words_of, reason_of, take_due

__all__ = [
    "awaits_file",
    "bind_call",
    "bring_file",
    "dial",
    "dial_signed",
    "end_call_back",
    "end_forgotten_calls",
    "fault_words_of",
    "give_letter",
    "give_text",
    "hear_once",
    "let_file_follow",
    "mark_bounced",
    "mark_bounced_to",
    "mark_letters",
    "note_call",
    "note_delivery",
    "owe_call_back",
    "put_letter_off",
    "put_text_off",
    "reason_of",
    "receive_letter",
    "receive_text",
    "refuse_call",
    "send_again",
    "send_due_letters",
    "send_due_texts",
    "send_text_again",
    "settle_letter",
    "settle_text",
    "take_call_back",
    "take_call_told",
    "take_due",
    "take_up_again",
    "write_letter",
]
