"""A real mail server for the tests: Postfix takes mail in and hands it to Dovecot, which keeps it and speaks IMAP."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PASSWORD = "a-password-for-tests"
DOVECOT = """
protocols = imap lmtp
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
ssl = no
disable_plaintext_auth = no
auth_username_format = %Ln
recipient_delimiter = +
mail_location = maildir:{folder}/mail/%Ln
mail_uid = nobody
mail_gid = nogroup
first_valid_uid = 1
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={folder}/home/%Ln allow_all_users=yes
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
"""
POSTFIX = """
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/postfix-data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
maillog_file = {folder}/postfix.log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.bank.example
mydestination =
mynetworks = 127.0.0.0/8
alias_maps =
alias_database =
virtual_mailbox_domains = bank.example, example.com
virtual_transport = lmtp:inet:127.0.0.1:{lmtp}
recipient_delimiter = +
smtpd_relay_restrictions = permit_mynetworks, reject
"""
SERVICES = """
127.0.0.1:{smtp} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
lmtp unix - - n - - lmtp
smtp unix - - n - - smtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


class DidNotStart(RuntimeError):
    """The servers are installed, but this machine does not let them run."""


@dataclass(frozen=True, slots=True)
class MailServer:
    smtp: int
    imap: int
    folder: Path


def can_serve() -> bool:
    have = all(shutil.which(name) or Path(f"/usr/sbin/{name}").exists() for name in ("dovecot", "postfix"))
    return have and hasattr(os, "geteuid") and os.geteuid() == 0


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@contextmanager
def mail_server(folder: Path) -> Iterator[MailServer]:
    server = MailServer(free_port(), free_port(), folder)
    lmtp = free_port()
    for name in ("mail", "home", "run", "state", "spool", "postfix-data", "postfix"):
        (folder / name).mkdir()
    for name in ("mail", "home"):
        shutil.chown(folder / name, "nobody", "nogroup")
    shutil.chown(folder / "postfix-data", "postfix")
    known = {"folder": folder, "password": PASSWORD, "imap": server.imap, "lmtp": lmtp, "smtp": server.smtp}
    (folder / "dovecot.conf").write_text(DOVECOT.format(**known))
    (folder / "postfix/main.cf").write_text(POSTFIX.format(**known))
    (folder / "postfix/master.cf").write_text(SERVICES.format(**known))
    dovecot = ["/usr/sbin/dovecot", "-c", str(folder / "dovecot.conf")]
    postfix = ["/usr/sbin/postfix", "-c", str(folder / "postfix")]
    subprocess.run(dovecot, check=True)
    _quietly(*postfix, "start")
    try:
        for port in (server.smtp, server.imap, lmtp):
            _wait_for(port)
        yield server
    finally:
        _quietly(*postfix, "stop")
        _quietly(*dovecot, "stop")


def _quietly(*command: str) -> None:
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _wait_for(port: int) -> None:
    for _try in range(100):
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise DidNotStart(f"nothing listens on {port}")
