"""What WeChat and WeCom send to us and want back, as XML, in the open or encrypted."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from xml.sax.saxutils import escape

from lxml import etree

from ruoshui.channels.adapters import LineRequest
from ruoshui.channels.models import Line
from ruoshui.channels.refusals import NotBelieved
from ruoshui.channels.signing import check_moment
from ruoshui.channels.wechat.crypto import CannotDecrypt, decrypt, encrypt, is_signed, signature_of


def read_xml(text: str | bytes) -> dict[str, str]:
    """The children of the root by name; entities and document types are not read."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        root = etree.fromstring(text.encode() if isinstance(text, str) else text, parser)
    except (etree.XMLSyntaxError, ValueError) as wrong:
        raise NotBelieved("malformed", status=400) from wrong
    return {str(child.tag): (child.text or "").replace("\x00", "") for child in root if isinstance(child.tag, str)}


def opened(line: Line, call: LineRequest, at: datetime) -> dict[str, str]:
    """The fields of a callback that is believed. Raises NotBelieved."""
    token, query = line.secret("TOKEN"), call.query
    if not token:
        raise NotBelieved("no-secret")
    outer = read_xml(call.body)
    sealed = outer.get("Encrypt", "")
    if sealed:
        _check(query.get("msg_signature", ""), token, query, sealed)
    elif line.secret("AES_KEY"):
        raise NotBelieved("not-encrypted")  # who has the token alone is not believed where encryption is set up
    else:
        _check(query.get("signature", ""), token, query)
    _check_time(query, at)
    return read_xml(_decrypted(line, sealed)) if sealed else outer


def echoed(line: Line, call: LineRequest, at: datetime) -> str:
    """The answer to the question whether this address is ours."""
    token, query = line.secret("TOKEN"), call.query
    echo = query.get("echostr", "")
    if not token:
        raise NotBelieved("no-secret")
    if "msg_signature" in query:
        _check(query["msg_signature"], token, query, echo)
        _check_time(query, at)
        return _decrypted(line, echo)
    _check(query.get("signature", ""), token, query)
    _check_time(query, at)
    return echo


def _check(given: str, token: str, query: Mapping[str, str], *sealed: str) -> None:
    if not given:
        raise NotBelieved("unsigned")
    if not is_signed(given, token, query.get("timestamp", ""), query.get("nonce", ""), *sealed):
        raise NotBelieved("wrong-signature")


def _check_time(query: Mapping[str, str], at: datetime) -> None:
    moment = query.get("timestamp", "")
    if not moment.isascii() or not moment.isdigit() or len(moment) > 12:
        raise NotBelieved("malformed", status=400)
    check_moment(int(moment), at)


def _decrypted(line: Line, sealed: str) -> str:
    try:
        return decrypt(line.secret("AES_KEY"), sealed, line.account)
    except CannotDecrypt as wrong:
        raise NotBelieved("cannot-decrypt") from wrong


def reply(line: Line, call: LineRequest, words: str, at: datetime) -> str:
    """A text answer in the same breath, encrypted when the call was."""
    outer = read_xml(call.body)
    inner = read_xml(_decrypted(line, outer["Encrypt"])) if outer.get("Encrypt") else outer
    moment = str(int(at.timestamp()))
    plain = _xml(
        ToUserName=inner.get("FromUserName", ""), FromUserName=inner.get("ToUserName", ""), CreateTime=moment,
        MsgType="text", Content=words,
    )  # fmt: skip
    if not outer.get("Encrypt"):
        return plain
    sealed, nonce = encrypt(line.secret("AES_KEY"), plain, line.account), secrets.token_hex(8)
    signed = signature_of(line.secret("TOKEN"), moment, nonce, sealed)
    return _xml(Encrypt=sealed, MsgSignature=signed, TimeStamp=moment, Nonce=nonce)


def _xml(**fields: str) -> str:
    return "<xml>" + "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields.items()) + "</xml>"
