"""The vectors that WeCom publishes with its example code, and what must not decrypt."""

import pytest

from ruoshui.channels.wechat.crypto import CannotDecrypt, decrypt, encrypt, is_signed

TOKEN, KEY, CORP = "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx5823bf96d3bd56c7"
ECHO = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="
MESSAGE = "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q=="


def test_the_published_question_for_the_address_is_answered():
    assert is_signed("5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3", TOKEN, "1409659589", "263014780", ECHO)
    assert decrypt(KEY, ECHO, CORP) == "1616140317555161061"


def test_the_published_message_is_read():
    assert is_signed("477715d11cdb4164915debcba66cb864d751f3e6", TOKEN, "1409659813", "1372623149", MESSAGE)
    plain = decrypt(KEY, MESSAGE, CORP)
    assert "<Content><![CDATA[hello]]></Content>" in plain
    assert "<FromUserName><![CDATA[mycreate]]></FromUserName>" in plain


@pytest.mark.parametrize("text", ["", "a", "电费比平时高一倍" * 40, "x" * 16, "x" * 28])
def test_what_is_encrypted_can_be_read_again(text):
    assert decrypt(KEY, encrypt(KEY, text, CORP), CORP) == text


def test_a_message_for_another_account_is_not_read():
    with pytest.raises(CannotDecrypt):
        decrypt(KEY, encrypt(KEY, "hello", "another"), CORP)


@pytest.mark.parametrize("key", ["", "short", "A" * 43, "!" * 43])
def test_a_wrong_key_reads_nothing(key):
    with pytest.raises(CannotDecrypt):
        decrypt(key, MESSAGE, CORP)


@pytest.mark.parametrize("text", ["", "AAAA", "no base64 at all", MESSAGE[:-4], ECHO[4:]])
def test_what_was_changed_is_not_read(text):
    with pytest.raises(CannotDecrypt):
        decrypt(KEY, text, CORP)
