"""WeCom (企业微信), messages of an application: always encrypted, answered in the same breath or by message/send."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from ruoshui.channels.adapters import Heard, LineRequest
from ruoshui.channels.models import Line, TextOut
from ruoshui.channels.refusals import CannotSend, NotBelieved
from ruoshui.channels.wechat import api
from ruoshui.channels.wechat.adapter import came_of, file_name, send_pieces
from ruoshui.channels.wechat.callbacks import echoed, opened, reply

SERVER = "https://qyapi.weixin.qq.com"


class WeCom:
    def hear(self, line: Line, call: LineRequest, at: datetime) -> Heard:
        if not line.secret("AES_KEY"):
            raise NotBelieved("no-secret")
        if call.method == "GET":
            return Heard(echo=echoed(line, call, at))
        told = opened(line, call, at)
        if line.agent and told.get("AgentID", line.agent) != line.agent:
            raise NotBelieved("another-agent")
        if told.get("MsgType") == "event" or not told.get("FromUserName"):
            return Heard()
        return Heard(came=(came_of(told),))

    def answer(self, line: Line, call: LineRequest, words: str, at: datetime) -> tuple[str, str] | None:
        return "application/xml; charset=utf-8", reply(line, call, words, at)

    def bring(self, line: Line, media: Mapping[str, str], at: datetime) -> tuple[str, bytes]:
        content = api.fetch_media(line, _token(line), f"{_server(line)}/cgi-bin/media/get", media["id"], at)
        return file_name(media["kind"], content), content

    def send(self, line: Line, text: TextOut, at: datetime) -> str:
        """The same words to the same person within half an hour are sent once: WeCom itself sees to that."""
        if not line.agent.isdigit():
            raise CannotSend("the line has no AgentId", for_good=True)

        def tell(words: str) -> dict[str, Any]:
            body = {
                "touser": text.to,
                "msgtype": "text",
                "agentid": int(line.agent),
                "text": {"content": words},
                "enable_duplicate_check": 1 if text.attempts > 1 else 0,
            }
            answered = api.call(line, _token(line), f"{_server(line)}/cgi-bin/message/send", body, at)
            if answered.get("invaliduser"):
                raise CannotSend(f"81013 {answered['invaliduser']}", for_good=True)
            return answered

        return send_pieces(text, tell)


def _server(line: Line) -> str:
    return line.address.rstrip("/") or SERVER


def _token(line: Line) -> str:
    return f"{_server(line)}/cgi-bin/gettoken?{urlencode({'corpid': line.account, 'corpsecret': line.secret()})}"


adapter = WeCom()
