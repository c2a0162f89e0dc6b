"""To which case a mail belongs: by the signed address it was sent to, else by the mails it answers."""

import re
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.crypto import constant_time_compare, salted_hmac

from ruoshui.cases.merged import merged_ids
from ruoshui.cases.models import Case
from ruoshui.cases.subjects import numbers_in
from ruoshui.channels.mail.letters import Letter
from ruoshui.channels.models import LetterIn, LetterOut, Mailbox
from ruoshui.customers.contacts import ContactKind, normal_contact
from ruoshui.customers.models import ContactPoint, Customer

SIGNED = re.compile(r"\+rs(\d{1,12})-([0-9a-f]{16})@")
LETTERS = 16


def signature_of(case_id: int) -> str:
    return salted_hmac("ruoshui.mail.reply", str(case_id)).hexdigest()[:LETTERS]


def reply_address(mailbox: Mailbox, case: Case) -> str:
    """Where answers find their case whatever becomes of their headers; empty where such addresses do not arrive."""
    if not mailbox.plus_addresses:
        return ""
    local, _at, domain = mailbox.address.rpartition("@")
    return f"{local}+rs{case.pk}-{signature_of(case.pk)}@{domain}"


def case_answered(letter: Letter) -> Case | None:
    """The case this mail answers, by what it carries; whether its sender may speak there is another question."""
    for address in letter.recipients:
        found = SIGNED.search(address)
        if found and constant_time_compare(signature_of(int(found.group(1))), found.group(2)):
            return Case.objects.filter(pk=int(found.group(1))).first()
    if not letter.references:
        return None
    ids = list(letter.references)[-50:]
    known: dict[str, int | None] = {}
    for ours in (LetterOut, LetterIn):
        of_cases = ours._default_manager.filter(message_id__in=ids, case_id__isnull=False)
        known |= dict(of_cases.values_list("message_id", "case_id"))
    newest = next((known[one] for one in reversed(ids) if one in known), None)
    return Case.objects.filter(pk=newest).first() if newest else None


def case_numbered(letter: Letter) -> Case | None:
    """The case whose number stands in the subject, when its sender speaks there: a number is easily guessed."""
    found = Case.objects.filter(pk__in=numbers_in(letter.subject)).order_by("-pk")
    return next((case for case in found if letter.sender and speaks_in(letter.sender, case)), None)


def speaks_in(address: str, case: Case) -> Customer | None:
    """The customer of the case, or one who takes part, whom this address belongs to."""
    normal = normal_address(address)
    people = Customer.objects.filter(Q(pk=case.customer_id) | Q(participations__case=case)).distinct()
    found = ContactPoint.objects.filter(customer__in=people, normal=normal).select_related("customer").first()
    return found.customer if found and normal else None


def normal_address(address: str) -> str:
    """As contacts are compared; empty for what looks like an address and is none."""
    try:
        return normal_contact(ContactKind.EMAIL, address)
    except ValidationError:
        return ""


def came_about(case: Case) -> list[LetterIn]:
    """In order of time, with those of cases merged into it."""
    return list(LetterIn.objects.filter(_of(case)).select_related("mailbox").order_by("pk"))


def last_mail_about(case: Case) -> LetterIn | None:
    return LetterIn.objects.filter(_of(case)).order_by("-pk").first()


def went_about(case: Case) -> list[LetterOut]:
    return list(LetterOut.objects.filter(_of(case)).order_by("pk"))


def _of(case: Case) -> Q:
    """Its own and those of cases of the same customer that were merged into it: another's mails are another's talk."""
    merged = Case.objects.filter(pk__in=merged_ids(case), customer=case.customer).values("pk")
    return Q(case_id=case.pk) | Q(case_id__in=merged)


def chain_of(came: Iterable[LetterIn], went: Iterable[LetterOut]) -> list[str]:
    """Ids for References, oldest first."""
    both = [(one.received_at, one.message_id) for one in came] + [(one.made_at, one.message_id) for one in went]
    return [message_id for _at, message_id in sorted(both) if message_id]
