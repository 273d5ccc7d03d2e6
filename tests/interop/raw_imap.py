"""IMAP as it is on the wire: commands as they are written, responses taken apart into lists, strings and atoms."""

import re
import socket

ATOM = re.compile(rb'[^ ()"{\r\n\]\[]+')


class Atom(bytes):
    """What is not a string: NIL, a number, a name. Compared without case."""

    def __new__(cls, text):
        return super().__new__(cls, text.upper())

    def __repr__(self):
        return self.decode(errors="replace")


class Text(bytes):
    """A quoted string or a literal, which mean the same."""

    def __repr__(self):
        return '"' + self.decode("latin-1") + '"'


class Reader:
    """rfc3501 9 "response-data" as nested lists, however the server wrote its strings."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def items(self, end=b""):
        found = []
        while self.at < len(self.data) and self.data[self.at:self.at + 1] != end:
            if self.data[self.at:self.at + 1] == b" ":
                self.at += 1
            else:
                found.append(self.item())
        self.at += len(end)
        return found

    def item(self):
        first = self.data[self.at:self.at + 1]
        if first == b"(":
            self.at += 1
            return self.items(b")")
        if first == b'"':
            return self.quoted()
        if first == b"{":
            return self.literal()
        return self.atom()

    def quoted(self):
        match = re.compile(rb'"((?:[^"\\]|\\.)*)"').match(self.data, self.at)
        self.at = match.end()
        return Text(re.sub(rb"\\(.)", rb"\1", match[1]))

    def literal(self):
        match = re.compile(rb"\{(\d+)\}\r\n").match(self.data, self.at)
        self.at = match.end() + int(match[1])
        return Text(self.data[match.end():self.at])

    # With what stands in brackets behind it, in which there may be spaces: BODY[HEADER.FIELDS (TO)]<0>.
    def atom(self):
        start = self.at
        match = ATOM.match(self.data, self.at)
        self.at = match.end() if match else self.at
        if self.data[self.at:self.at + 1] == b"[":
            self.at = self.data.index(b"]", self.at) + 1
            self.at = re.compile(rb"(<\d+>)?").match(self.data, self.at).end()
        elif match is None:
            self.at += 1
        return Atom(self.data[start:self.at])


class RawImap:
    def __init__(self, port, user, password, tls=None):
        self.socket = socket.create_connection(("localhost", port), timeout=60)
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_hostname="localhost")
        self.file = self.socket.makefile("rb")
        self.tags = 0
        self.greeting = self.response()
        self.ask(f'LOGIN "{user}" "{password}"'.encode())

    def response(self):
        """One response with its literals, without the last line end."""
        data = b""
        while True:
            line = self.file.readline()
            if not line:
                raise EOFError(data)
            data += line
            match = re.search(rb"\{(\d+)\}\r\n$", line)
            if not match:
                return data.removesuffix(b"\r\n")
            data += self.file.read(int(match[1]))

    def ask(self, command):
        """(OK, NO or BAD; its response code; untagged responses) of a command, whose literals are {5+}."""
        self.tags += 1
        tag = b"t%d" % self.tags
        self.socket.sendall(tag + b" " + command + b"\r\n")
        untagged = []
        while True:
            response = self.response()
            if response.startswith(tag + b" "):
                kind, _, text = response.removeprefix(tag + b" ").partition(b" ")
                code = re.match(rb"\[([A-Z0-9-]+)", text)
                return kind.decode(), code[1].decode() if code else "", untagged
            untagged.append(response.removeprefix(b"* "))

    def close(self):
        self.file.close()
        self.socket.close()


def literal(data):
    return b"{%d+}\r\n" % len(data) + data
