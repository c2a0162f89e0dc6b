"""An IMAP server with a will of its own: it refuses one mail, or hangs up at it, and gives the others."""

import re
import socketserver
import threading
from contextlib import contextmanager


class OddImap(socketserver.ThreadingTCPServer):
    """`mails`: content by number. `refused`: answered with NO. `deadly`: the line is cut. `garbled`: nonsense."""

    allow_reuse_address = daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Talk)
        self.mails, self.refused, self.deadly, self.garbled = {}, set(), set(), set()
        self.seen = set()

    @property
    def port(self):
        return self.server_address[1]


class Talk(socketserver.StreamRequestHandler):
    def handle(self):
        self._say("* OK [CAPABILITY IMAP4rev1] here")
        for line in self.rfile:
            tag, _blank, rest = line.decode().strip().partition(" ")
            if self._answered(tag, rest) is False:
                return

    def _say(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def _answered(self, tag, said):
        word = said.upper()
        if word.startswith("SELECT"):
            self._say(f"* {len(self.server.mails)} EXISTS\r\n* OK [UIDVALIDITY 7] valid")
        elif word.startswith("CAPABILITY"):
            self._say("* CAPABILITY IMAP4rev1")
        elif word.startswith("UID SEARCH"):
            self._say(f"* SEARCH {' '.join(str(uid) for uid in self._uids(said.split()[-1]))}")
        elif word.startswith("UID STORE"):
            self.server.seen |= set(self._uids(said.split()[2]))
        elif word.startswith("UID FETCH"):
            uids, whole = self._uids(said.split()[2]), "BODY" in word
            if whole and self.server.deadly & set(uids):
                return False
            if whole and self.server.refused & set(uids):
                return self._say(f"{tag} NO that mail is damaged")
            for uid in uids:
                self._fetched(uid, whole)
        self._say(f"{tag} OK done")
        return word != "LOGOUT"

    def _fetched(self, uid, whole):
        raw = self.server.mails[uid]
        if not whole:
            self._say(f"* {uid} FETCH (UID {uid} RFC822.SIZE {len(raw)})")
        elif uid in self.server.garbled:
            self._say(f"* {uid} FETCH (UID {uid} FLAGS ())")
        else:
            self.wfile.write(b"* %d FETCH (UID %d BODY[] {%d}\r\n" % (uid, uid, len(raw)) + raw + b")\r\n")

    def _uids(self, said):
        chosen = set()
        for part in said.strip("()").split(","):
            first, _colon, last = part.partition(":")
            most = max(self.server.mails, default=0)
            begin, end = (int(re.sub(r"\D", "", one) or most) for one in (first, last or first))
            chosen |= set(range(min(begin, end), max(begin, end) + 1))
        return sorted(chosen & set(self.server.mails))


@contextmanager
def odd_imap():
    with OddImap() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
