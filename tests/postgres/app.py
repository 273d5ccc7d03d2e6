"""APP for tests that provision, over the plain port on loopback."""

import socket


class Refused(Exception):
    """ER: the number, and the text."""

    def __init__(self, line):
        super().__init__(line)
        self.number = int(line.split()[1])


class App:
    def __init__(self, postroad, timeout=60):
        host, port = postroad.control("app_plain")
        self.socket = socket.create_connection((host, port), timeout=timeout)
        self.file = self.socket.makefile("rb")
        self.read()
        admin = postroad.endpoints["admin"]
        self.ask('VER ver="3.5"')
        self.ask(f'LOGIN user="{admin["user"]}" domain="{admin["domain"]}" password="{admin["password"]}"')

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()
        self.socket.close()

    def read(self):
        lines = []
        while True:
            line = self.file.readline()
            if not line.endswith(b"\n"):
                raise ConnectionError("the connection ended within a reply")
            text = line.decode().rstrip("\r\n")
            if text == ".":
                return lines
            lines.append(text)

    def ask(self, request):
        """The reply's lines. Refused: it was ER."""
        self.socket.sendall((request + "\r\n.\r\n").encode())
        lines = self.read()
        if not lines[0].startswith("OK 0"):
            raise Refused(lines[0])
        return lines
