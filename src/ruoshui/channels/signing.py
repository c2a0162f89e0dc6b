"""Calls signed the way ours are: `t=<seconds>,v1=<hex>`, HMAC-SHA256 over the seconds, a dot and the body."""

import hashlib
import hmac
import re
from datetime import datetime

from ruoshui.channels.refusals import NotBelieved

HEADER = "x-ruoshui-signature"
GOOD_FOR_SECONDS = 300
GIVEN = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})")


def signature(secret: str, moment: int, body: bytes) -> str:
    return f"t={moment},v1={hmac.new(secret.encode(), b'%d.' % moment + body, hashlib.sha256).hexdigest()}"


def check_signature(secret: str, given: str, body: bytes, at: datetime) -> str:
    """The signature, of a call that is believed. Raises NotBelieved."""
    found = GIVEN.fullmatch(given.strip())
    if not secret or found is None:
        raise NotBelieved("no-secret" if not secret else "unsigned")
    check_moment(int(found.group(1)), at)
    if not hmac.compare_digest(signature(secret, int(found.group(1)), body), found.group(0)):
        raise NotBelieved("wrong-signature")
    return found.group(2)


def check_moment(moment: int, at: datetime) -> None:
    """A call is good for five minutes, and none comes from the future."""
    age = at.timestamp() - moment
    if age > GOOD_FOR_SECONDS:
        raise NotBelieved("too-old")
    if age < -GOOD_FOR_SECONDS:
        raise NotBelieved("from-the-future")
