"""What a short message means: a new need, the next words of a talk, or a wish to hear less from us."""

from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from ruoshui.cases.actions.mail_in import type_of
from ruoshui.cases.actions.opening import open_case
from ruoshui.cases.actions.replying import note_case, reply_as_customer
from ruoshui.cases.actions.text_out import acknowledgement
from ruoshui.cases.files import Upload, checked
from ruoshui.cases.models import Case, Message
from ruoshui.cases.queries import customers_known_in
from ruoshui.cases.refusals import AttachmentRefused
from ruoshui.cases.text_threads import (
    CONTACTS,
    can_be_answered,
    case_talked_in,
    channel_of,
    is_no_more,
    known_sender,
)
from ruoshui.channels.actions import (
    awaits_file,
    bring_file,
    give_text,
    let_file_follow,
    put_text_off,
    reason_of,
    settle_text,
    take_due,
)
from ruoshui.channels.models import LetterState, LineKind, TextIn
from ruoshui.channels.refusals import CannotSend
from ruoshui.core.actors import SYSTEM
from ruoshui.core.scanning import Infected, scan
from ruoshui.core.verbs import verb
from ruoshui.customers.actions import identify, identify_sender, wish
from ruoshui.customers.contacts import ContactKind
from ruoshui.customers.models import Customer


def take_new_texts(at: datetime) -> int:
    """All that is due and nobody took at once, oldest first. Returns how many."""
    return take_due(
        TextIn.objects.select_related("line__unit"),
        lambda text: _bring_and_take(text, at),
        put_off=put_text_off,
        put_aside=lambda text, wrong: settle_text(text, LetterState.FAILED, error=reason_of(wrong)),
        at=at,
    )


def _bring_and_take(text: TextIn, at: datetime) -> None:
    """A file that cannot be fetched just now keeps no words waiting: it follows by itself."""
    if awaits_file(text):
        try:
            bring_file(text, at=at)
        except (CannotSend, OSError) as wrong:
            if "follows" in text.about:
                raise
            let_file_follow(text, wrong, at=at)
    take_text(text, at=at)


@verb
def take_text(text: TextIn, *, is_answered: bool = False, at: datetime) -> TextIn:
    """Take a message in, once. `is_answered`: whoever calls acknowledges a new case themselves, in the same breath."""
    text = TextIn.objects.select_for_update(of=("self",)).select_related("line__unit").get(pk=text.pk)
    if text.state != LetterState.NEW:
        return text
    if text.line.kind != LineKind.CHAT and is_no_more(text):
        return _hears_less(text, at)
    files, left_out = _files(text)
    case = case_talked_in(text, at)
    message: Message | None
    if case is not None:
        message = reply_as_customer(
            case,
            body=_words(text, files),
            channel=channel_of(text.line.kind),
            files=files,
            by=case.customer.actor if case.customer else SYSTEM,
            at=at,
        )
        case = message.case
    else:
        case = _new_case(text, files, at)
        message = case.messages.order_by("pk").first()
        if not is_answered and can_be_answered(text):
            words = acknowledgement(case)
            give_text(text.line, to=text.sender, text=words, is_automatic=True, case=case.pk, at=at)
    if left_out:
        note_case(case, body=left_out, by=SYSTEM, at=at)
    return settle_text(text, LetterState.DONE, case=case.pk, message=message.pk if message else None)


def _hears_less(text: TextIn, at: datetime) -> TextIn:
    customer = known_sender(text)
    if customer is not None:
        wish(customer, {"optional": False}, by=customer.actor, at=at)
    with translation.override(customer.language if customer else "zh-hans"):
        words = _("You will hear no more offers and greetings from us. What concerns your requests still reaches you.")
        give_text(text.line, to=text.sender, text=words, is_automatic=True, at=at)
    case = case_talked_in(text, at)
    if case is not None:
        note_case(case, body=_("They want no more offers: {words}").format(words=text.text.strip()), by=SYSTEM, at=at)
    return settle_text(text, LetterState.IGNORED, error="opt-out", case=case.pk if case else None)


def _new_case(text: TextIn, files: list[Upload], at: datetime) -> Case:
    line = text.line
    type = type_of(line.type)
    customer = _sender(text, at)
    words = _words(text, files)
    return open_case(
        type,
        subject=(words.strip().split("\n")[0] or text.file_name or _("(no subject)"))[:80],
        body=words,
        customer=customer,
        channel=channel_of(line.kind),
        unit=line.unit,
        files=files,
        is_draft=True,
        by=customer.actor if customer else SYSTEM,
        at=at,
    )


def _sender(text: TextIn, at: datetime) -> Customer | None:
    """Whose number or account it is, a new customer where it is nobody's; in the chat whoever they say they are, when
    name and phone are those of one the unit knows. None: several share the number, and somebody must ask.
    """
    kind = LineKind(text.line.kind)
    language = _language(text)
    if kind == LineKind.CHAT:
        if (visitor := known_sender(text)) is not None:
            return visitor
        given = {ContactKind.PHONE: text.about.get("phone"), ContactKind.EMAIL: text.about.get("email")}
        contacts = [(str(contact), str(value)) for contact, value in given.items() if value]
        name = str(text.about.get("name") or _("visitor {end}").format(end=text.sender[-4:]))
        known = customers_known_in(text.line.unit)
        return identify(name=name, contacts=contacts, unit=text.line.unit, language=language, among=known, at=at)
    name = text.sender if kind == LineKind.SMS else _("WeChat user {end}").format(end=text.sender[-4:])
    return identify_sender(
        # A word where a number should be is a sender all the same, only nobody that can be written to.
        kind=CONTACTS[kind] if can_be_answered(text) else ContactKind.REFERENCE,
        value=text.sender,
        name=name,
        is_named=False,
        unit=text.line.unit,
        language=language,
        at=at,
    )


def _language(text: TextIn) -> str:
    if text.about.get("language") in ("zh-hans", "en"):
        return str(text.about["language"])
    is_english = text.text.isascii() and any(letter.isalpha() for letter in text.text)
    return "en" if is_english else "zh-hans"


def _words(text: TextIn, files: list[Upload]) -> str:
    if text.text.strip() or files:
        return text.text.strip()
    return _("(a file that could not be brought here)") if text.about.get("lost") or text.file_name else "—"


def _files(text: TextIn) -> tuple[list[Upload], str]:
    """The file, if it may be attached; else why not."""
    if not text.file:
        return [], ""
    with text.file.open("rb") as file:
        upload = Upload(text.file_name, file.read(), as_it_is=True)
    try:
        scan(upload.content)
        checked(upload)
    except (AttachmentRefused, Infected) as wrong:
        return [], _("Not taken over from the message: {files}").format(files=f"{text.file_name}: {wrong}")
    return [upload], ""
