"""A provider of messages on this machine: keeps what it is told and answers what it was set to."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


class Provider:
    """`answers`: for a path, what to answer: an object, bytes or a status; a list is used up one by one."""

    def __init__(self):
        self.calls, self.answers = [], {}
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def _any(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                parts = urlsplit(self.path)
                provider.calls.append((parts.path, parse_qs(parts.query), dict(self.headers), body))
                answer = provider.answers.get(parts.path, {})
                if isinstance(answer, list):
                    answer = answer.pop(0) if len(answer) > 1 else answer[0]
                status = answer if isinstance(answer, int) else 200
                content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "image/jpeg" if isinstance(answer, bytes) else "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = _any  # noqa: N815 the names of the standard library

            def log_message(self, *_arguments):
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def told(self, path):
        """The JSON bodies posted to a path."""
        return [json.loads(body) for where, _query, _headers, body in self.calls if where == path]

    def close(self):
        self.server.shutdown()
        self.server.server_close()
