"""The signature and the encryption of WeChat's and WeCom's callbacks.

Source: WeChat "消息加解密说明", WeCom "加解密方案说明". SHA-1 over the sorted parts; AES-256-CBC with the first half of
the key as IV, padding to 32 bytes, 16 random bytes and the length before the content, the account after it.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 32


class CannotDecrypt(ValueError):
    """The key is another's, or somebody changed a byte."""


def signature_of(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def is_signed(given: str, *parts: str) -> bool:
    return hmac.compare_digest(signature_of(*parts).encode(), given.encode())


def _key(encoding_key: str) -> bytes:
    try:
        key = base64.b64decode(f"{encoding_key}=", validate=False)
    except binascii.Error as wrong:
        raise CannotDecrypt("the key is no EncodingAESKey") from wrong
    if len(key) != BLOCK:
        raise CannotDecrypt("the key is no EncodingAESKey")
    return key


def decrypt(encoding_key: str, text: str, account: str) -> str:
    """The content, when it was meant for `account`."""
    key = _key(encoding_key)
    try:
        sealed = base64.b64decode(text, validate=True)
        opener = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
        plain = opener.update(sealed) + opener.finalize()
        plain = plain[: -plain[-1]]
        (length,) = struct.unpack(">I", plain[16:20])
        content, receiver = plain[20 : 20 + length].decode(), plain[20 + length :].decode()
    except (ValueError, IndexError, struct.error) as wrong:
        raise CannotDecrypt("it cannot be decrypted") from wrong
    if receiver != account:
        raise CannotDecrypt("it is meant for another account")
    return content


def encrypt(encoding_key: str, text: str, account: str) -> str:
    key, content = _key(encoding_key), text.encode()
    plain = secrets.token_bytes(16) + struct.pack(">I", len(content)) + content + account.encode()
    missing = BLOCK - len(plain) % BLOCK
    sealer = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(sealer.update(plain + bytes([missing]) * missing) + sealer.finalize()).decode()
