"""Subjects of mails, without what mail programs and we put before and behind them."""

import re

from ruoshui.cases.models import Case

ANSWER = re.compile(
    r"\s{0,9}(?:re|aw|antw|antwort|sv|vs|rif|réf|res|odp|ynt|отв|ответ|返信|답장|회신"
    r"|回复|回覆|回復|答复|答覆)\s{0,3}(?:[\[(]\d{1,3}[\])])?\s{0,3}[:：]\s{0,9}",
    re.IGNORECASE,
)
NUMBER = re.compile(r"\[?\bRS(\d{8,12})\b\]?", re.IGNORECASE | re.ASCII)


def answer_subject(case: Case) -> str:
    """Of our next mail: one prefix however many came, and the number once."""
    return f"Re: {plain_subject(case.subject, case)} [{case.number}]"


def plain_subject(subject: str, case: Case) -> str:
    plain = subject.replace(f"[{case.number}]", " ")
    while found := ANSWER.match(plain):
        plain = plain[found.end() :]
    return " ".join(plain.split())


def numbers_in(subject: str) -> list[int]:
    """Of cases, as we write them."""
    return [int(found) for found in NUMBER.findall(subject)[:5]]


def is_answer(subject: str) -> bool:
    return ANSWER.match(subject) is not None
