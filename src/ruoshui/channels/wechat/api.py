"""The servers of WeChat and WeCom: an access token for two hours, asked for once and shared by all processes."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from django.db import transaction

from ruoshui.channels.http import ask, fetch, read_json
from ruoshui.channels.models import Line
from ruoshui.channels.refusals import CannotSend

EARLY = timedelta(minutes=5)
TOKEN_IS_BAD = (40001, 40014, 42001)
BUSY = (-1, 45009, 45011, 45033)
# Out of the 48 hours, not a follower, too long, refused content: trying again is of no use.
FOR_GOOD = (
    40003, 40008, 43004, 43019, 44004, 45001, 45002, 45003, 45004, 45008, 45015, 45047, 48001, 48002, 60111, 81013,
    82001, 87014,
)  # fmt: skip


def access_token(line: Line, url: str, at: datetime, *, fresh: bool = False) -> str:
    """The token in force; with `fresh`, another than the one `line` has."""
    known = line.access_token
    with transaction.atomic():
        kept = Line.objects.select_for_update(of=("self",)).get(pk=line.pk)
        in_force = kept.access_token and kept.access_until and kept.access_until > at
        if not in_force or (fresh and kept.access_token == known):
            answered = checked(ask(url))
            kept.access_token = str(answered["access_token"])
            kept.access_until = at + timedelta(seconds=int(answered.get("expires_in", 7200))) - EARLY
            kept.save(update_fields=["access_token", "access_until"])
    line.access_token, line.access_until = kept.access_token, kept.access_until
    return line.access_token


def call(line: Line, token_url: str, url: str, body: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """POST with the token; once more with a fresh one when the server calls it bad."""
    answered: dict[str, Any] = {}
    for again in (False, True):
        token = access_token(line, token_url, at, fresh=again)
        answered = ask(f"{url}?access_token={quote(token)}", body)
        if answered.get("errcode", 0) not in TOKEN_IS_BAD:
            break
    return checked(answered)


def fetch_media(line: Line, token_url: str, url: str, media: str, at: datetime) -> bytes:
    query = urlencode({"access_token": access_token(line, token_url, at), "media_id": media})
    headers, content = fetch(f"{url}?{query}")
    if "json" in headers.get("content-type", "") or content.startswith(b'{"errcode"'):
        checked(read_json(content))
    return content


def checked(answered: dict[str, Any]) -> dict[str, Any]:
    code = int(answered.get("errcode", 0) or 0)
    if code:
        busy = TimeoutError("the server is busy") if code in BUSY else None
        raise CannotSend(f"{code} {answered.get('errmsg', '')}"[:280], for_good=code in FOR_GOOD) from busy
    return answered
