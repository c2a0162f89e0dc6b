"""Is it who it says, and is it safe to open? One judgement: the own mail server's findings, the files, the links."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from ruoshui.channels.mail.letters import Letter
from ruoshui.channels.mail.words import host_of
from ruoshui.core.content import digest_of
from ruoshui.core.file_kinds import is_program

RESULT = re.compile(r"\b(spf|dkim|dmarc)\s*=\s*([a-z]+)", re.IGNORECASE)


class Verdict(StrEnum):
    PASS = "pass"  # noqa: S105 no password
    MARK = "mark"
    QUARANTINE = "quarantine"


@dataclass(frozen=True, slots=True)
class Judgement:
    """`reasons` are codes, with what they are about after a colon."""

    verdict: Verdict
    reasons: tuple[str, ...]


def judge(
    letter: Letter,
    *,
    server: str,
    blocked_hosts: Iterable[str] = (),
    blocked_files: Collection[str] = (),
    infected: str = "",
) -> Judgement:
    """`server` is the name under which the own mail server writes Authentication-Results; what others write under any
    name is not believed. Empty: nobody looked, and nothing is said of the sender.
    """
    found = _authentication(letter, server)
    reasons = [f"virus:{infected}"] if infected else []
    reasons += [f"program:{part.name}" for part in letter.parts if is_program(part.name, part.content)]
    if blocked_files:
        reasons += [f"file:{part.name}" for part in letter.parts if digest_of(part.content) in blocked_files]
    if found.get("dmarc") in ("fail", "permerror"):
        reasons.append("dmarc:fail")
    blocked = {host_of(f"//{host}") for host in blocked_hosts}
    reasons += [f"link:{host}" for host in sorted(set(letter.hosts)) if _is_blocked(host, blocked)]
    if reasons:
        return Judgement(Verdict.QUARANTINE, tuple(reasons))
    bad = ("fail", "softfail", "permerror")
    doubts = [f"{name}:{found[name]}" for name in ("spf", "dkim") if found.get(name) in bad]
    return Judgement(Verdict.MARK if doubts else Verdict.PASS, tuple(doubts))


def _authentication(letter: Letter, server: str) -> dict[str, str]:
    if not server:
        return {}
    for value in letter.headers("Authentication-Results"):
        name, _semicolon, results = value.partition(";")
        if name.strip().split(" ")[0].lower() == server.lower():
            return {method.lower(): result.lower() for method, result in RESULT.findall(results)}
    return {}


def _is_blocked(host: str, blocked: set[str]) -> bool:
    parts = host.split(".")
    return any(".".join(parts[n:]) in blocked for n in range(len(parts)))
