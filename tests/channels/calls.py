"""Calls as providers make them."""

import json

from django.test import Client

from ruoshui.channels.signing import signature
from ruoshui.channels.wechat.callbacks import read_xml
from ruoshui.channels.wechat.crypto import decrypt, encrypt, signature_of
from tests.conftest import NOW

TOKEN, KEY, ACCOUNT = "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx5823bf96d3bd56c7"


def sms(told, *, code="sms", secret="a secret", moment=None, where=None):
    body = json.dumps(told).encode() if not isinstance(told, bytes) else told
    moment = int(NOW.timestamp()) if moment is None else moment
    return Client().post(
        where or f"/in/lines/{code}",
        body,
        "application/json",
        headers={"X-Ruoshui-Signature": signature(secret, moment, body)},
    )


def wechat_xml(text="电费怎么算？", *, sender="oFan", key="100", kind="text", **fields):
    fields = {
        "ToUserName": "gh_1",
        "FromUserName": sender,
        "CreateTime": "1409659813",
        "MsgType": kind,
        "MsgId": key,
    } | fields
    if kind == "text":
        fields["Content"] = text
    return "<xml>" + "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in fields.items()) + "</xml>"


def wechat(xml, *, code="wechat", moment=None, sealed=True, token=TOKEN, key=KEY, account=ACCOUNT):
    moment, nonce = str(int(NOW.timestamp()) if moment is None else moment), "263014780"
    if not sealed:
        query = {"signature": signature_of(token, moment, nonce), "timestamp": moment, "nonce": nonce}
        return _post(code, query, xml)
    text = encrypt(key, xml, account)
    query = {"msg_signature": signature_of(token, moment, nonce, text), "timestamp": moment, "nonce": nonce}
    return _post(code, query, f"<xml><ToUserName>gh_1</ToUserName><Encrypt><![CDATA[{text}]]></Encrypt></xml>")


def _post(code, query, xml):
    address = f"/in/lines/{code}?" + "&".join(f"{name}={value}" for name, value in query.items())
    return Client().post(address, xml.encode(), "text/xml")


def opened_answer(response):
    """The fields of an encrypted answer, after its signature was checked."""
    outer = read_xml(response.content)
    wanted = signature_of(TOKEN, outer["TimeStamp"], outer["Nonce"], outer["Encrypt"])
    assert outer["MsgSignature"] == wanted
    return read_xml(decrypt(KEY, outer["Encrypt"], ACCOUNT))
