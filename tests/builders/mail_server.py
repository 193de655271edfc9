"""A mail server on a free port that keeps what it takes, and fails when it is told to."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class MailServer(socketserver.ThreadingTCPServer):
    """Take messages; ``say_next`` answers the next recipient, ``hang_up_next`` ends after the next text."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.taken: list[str] = []
        self.answer: str | None = None
        self.hangs_up = False

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def say_next(self, answer: str) -> None:
        self.answer = answer

    def hang_up_next(self) -> None:
        self.hangs_up = True


class _Talk(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self._say("220 here")
        while line := self.rfile.readline().decode().strip():
            verb = line.split(" ", 1)[0].upper()
            if verb == "DATA":
                self._say("354 go on")
                text = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.server.taken.append(text.decode())
                if self.server.hangs_up:
                    self.server.hangs_up = False
                    return
                self._say("250 taken")
            elif verb == "RCPT" and self.server.answer:
                self._say(self.server.answer)
                self.server.answer = None
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 fine")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def mail_server() -> Iterator[MailServer]:
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join(5)
