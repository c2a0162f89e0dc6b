"""WeChat official account: callbacks in, an answer in the same breath, customer-service messages out."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from ruoshui.channels.adapters import Came, Heard, LineRequest
from ruoshui.channels.models import Line, TextOut
from ruoshui.channels.pieces import in_pieces
from ruoshui.channels.refusals import NotBelieved
from ruoshui.channels.wechat import api
from ruoshui.channels.wechat.callbacks import echoed, opened, reply
from ruoshui.core.file_kinds import kind_of

SERVER = "https://api.weixin.qq.com"
MOST_BYTES = 2000  # the limit is 2,048
SUFFIXES = {"image": ".jpg", "voice": ".amr", "video": ".mp4", "shortvideo": ".mp4"}
BY_KIND = {
    "image/png": ".png", "image/gif": ".gif", "image/jpeg": ".jpg", "image/heic": ".heic", "image/webp": ".webp",
    "audio/amr": ".amr", "audio/silk": ".silk", "audio/mpeg": ".mp3", "audio/mp4": ".m4a", "audio/ogg": ".ogg",
    "video/mp4": ".mp4", "video/quicktime": ".mov", "video/3gpp": ".3gp", "application/pdf": ".pdf",
}  # fmt: skip


class WeChat:
    def hear(self, line: Line, call: LineRequest, at: datetime) -> Heard:
        if call.method == "GET":
            return Heard(echo=echoed(line, call, at))
        told = opened(line, call, at)
        if told.get("ToUserName", "") == "" or not told.get("FromUserName"):
            raise NotBelieved("malformed", status=400)
        if told.get("MsgType") == "event":
            return Heard()  # who follows, leaves or taps a menu has asked nothing yet
        return Heard(came=(came_of(told),))

    def answer(self, line: Line, call: LineRequest, words: str, at: datetime) -> tuple[str, str] | None:
        return "application/xml; charset=utf-8", reply(line, call, words, at)

    def send(self, line: Line, text: TextOut, at: datetime) -> str:
        def tell(words: str) -> dict[str, Any]:
            body = {"touser": text.to, "msgtype": "text", "text": {"content": words}}
            return api.call(line, _token(line), f"{_server(line)}/cgi-bin/message/custom/send", body, at)

        return send_pieces(text, tell)

    def bring(self, line: Line, media: Mapping[str, str], at: datetime) -> tuple[str, bytes]:
        content = api.fetch_media(line, _token(line), f"{_server(line)}/cgi-bin/media/get", media["id"], at)
        return file_name(media["kind"], content), content


def came_of(told: Mapping[str, str]) -> Came:
    """A message, and what stands for one that is no text. Numbers are counted for each sender; without MsgId the second
    is the number.
    """
    media = {"id": told["MediaId"][:200], "kind": told.get("MsgType", "")[:20]} if told.get("MediaId") else {}
    key = f"{told['FromUserName'][:80]}:{told.get('MsgId') or told.get('CreateTime', '')}"
    return Came(key[:120], told["FromUserName"][:120], words_of(told), media=media)


def send_pieces(text: TextOut, tell: Callable[[str], dict[str, Any]]) -> str:
    """What is too long for one message goes in several; what has gone is not sent again. The number of the last."""
    answered: dict[str, Any] = {}
    for piece in in_pieces(text.text, MOST_BYTES)[text.pieces_sent :]:
        answered = tell(piece)
        text.pieces_sent += 1
    return str(answered.get("msgid", ""))[:120]


def words_of(told: Mapping[str, str]) -> str:
    kind = told.get("MsgType", "")
    if kind == "text":
        return told.get("Content", "")
    if kind == "voice":
        return told.get("Recognition", "")
    if kind == "location":
        return f"{told.get('Label', '')} ({told.get('Location_X', '')}, {told.get('Location_Y', '')})".strip()
    if kind == "link":
        return "\n".join(told[name] for name in ("Title", "Description", "Url") if told.get(name))
    return ""


def file_name(kind: str, content: bytes) -> str:
    """By what it is: pictures and voices come as anything, and always without a name."""
    return f"{kind}{BY_KIND.get(kind_of(kind, content), SUFFIXES.get(kind, ''))}"


def _server(line: Line) -> str:
    return line.address.rstrip("/") or SERVER


def _token(line: Line) -> str:
    query = {"grant_type": "client_credential", "appid": line.account, "secret": line.secret()}
    return f"{_server(line)}/cgi-bin/token?{urlencode(query)}"


adapter = WeChat()
