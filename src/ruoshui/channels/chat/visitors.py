"""Who is in the chat: a visitor without an account, known by a token that their browser keeps."""

import secrets

from django.core import signing

from ruoshui.channels.models import Line
from ruoshui.channels.refusals import NotBelieved

SALT, GOOD_FOR_SECONDS = "ruoshui.chat", 90 * 24 * 3600


def new_visitor() -> str:
    return secrets.token_hex(12)


def token_of(line: Line, visitor: str) -> str:
    return signing.dumps([line.code, visitor], salt=SALT)


def visitor_of(line: Line, token: str) -> str:
    """Raises NotBelieved."""
    try:
        code, visitor = signing.loads(token, salt=SALT, max_age=GOOD_FOR_SECONDS)
    except signing.SignatureExpired as wrong:
        raise NotBelieved("too-old") from wrong
    except (signing.BadSignature, ValueError, TypeError) as wrong:
        raise NotBelieved("wrong-signature") from wrong
    if code != line.code:
        raise NotBelieved("wrong-signature")
    return str(visitor)
