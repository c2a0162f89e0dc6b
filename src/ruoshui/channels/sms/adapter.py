"""SMS over a provider's or gateway's HTTP: signed JSON both ways, described in the how-to for message lines."""

import json
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from ruoshui.channels.adapters import Came, Delivered, Heard, LineRequest
from ruoshui.channels.http import fetch, read_json
from ruoshui.channels.models import Line, TextOut
from ruoshui.channels.refusals import CannotSend, NotBelieved
from ruoshui.channels.signing import HEADER, check_signature, signature
from ruoshui.core.plain_json import read_foreign_json
from ruoshui.customers.contacts import ContactKind, normal_contact


class Sms:
    def hear(self, line: Line, call: LineRequest, at: datetime) -> Heard:
        """`{"id", "from", "text"}` is a message, `{"id", "report", "error"}` what became of one of ours."""
        check_signature(line.secret(), call.headers.get(HEADER, ""), call.body, at)
        try:
            told: Any = read_foreign_json(call.body)
            number, kind = str(told["id"])[:120], told.get("report")
            if kind is not None:
                return Heard(
                    delivered=(Delivered(number, "" if kind == "delivered" else str(told.get("error") or kind)),)
                )
            return Heard(came=(Came(number, _number(str(told["from"])), str(told["text"])),))
        except (ValueError, KeyError, TypeError, AttributeError) as wrong:
            raise NotBelieved("malformed", status=400) from wrong

    def answer(self, line: Line, call: LineRequest, words: str, at: datetime) -> tuple[str, str] | None:
        return None

    def send(self, line: Line, text: TextOut, at: datetime) -> str:
        """`key` stays the same when it is tried again: the provider can tell that they had it."""
        if not line.secret():
            raise CannotSend(f"set {line.secret_name('SECRET')}")
        told = {"key": f"{line.code}-{text.pk}", "from": line.account, "to": text.to, "text": text.text}
        body = json.dumps(told, ensure_ascii=False).encode()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "X-Ruoshui-Signature": signature(line.secret(), int(at.timestamp()), body),
        }
        answered = read_json(fetch(line.address, body, headers)[1])
        return str(answered.get("id") or told["key"])[:120]


def _number(given: str) -> str:
    """As contacts are compared; a sender that is no phone (a short code, a name) stays as it is."""
    try:
        return normal_contact(ContactKind.PHONE, given)
    except ValidationError:
        return given[:120]


adapter = Sms()
