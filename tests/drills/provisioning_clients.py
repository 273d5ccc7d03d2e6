"""Clients of APP and OMA over TLS, as billing systems are."""

import http.client
import json
import re
import socket
import ssl

PATIENCE = 60


class Refused(Exception):
    """ER, or success false: the number, and the text."""

    def __init__(self, number, text):
        super().__init__(f"{number} {text}")
        self.number = number


def request_line(command, **attributes):
    quoted = (f'{name}="{str(value).replace(chr(34), chr(34) * 2)}"' for name, value in attributes.items())
    return " ".join([command, *quoted]) + "\r\n.\r\n"


def parse_reply(lines):
    """The record of an OK's reply, with lower-case names; Refused where it is an ER."""
    if lines[0].startswith("ER "):
        number, _, text = lines[0][3:].partition(" ")
        raise Refused(int(number), text)
    if not lines[0].startswith("OK 0"):
        raise ValueError(f"no reply: {lines[0]!r}")
    pairs = re.findall(r'([A-Z_]+)="((?:[^"]|"")*)"', lines[1]) if len(lines) > 1 else []
    return {name.lower(): value.replace('""', '"') for name, value in pairs}


class App:
    """A signed-in session: `session("SET_MAILBOX_QUOTA", domain=..., ...)` gives the reply's record."""

    def __init__(self, postroad, administrator):
        context = ssl.create_default_context(cafile=postroad.ca)
        plain = socket.create_connection(postroad.control("app"), timeout=PATIENCE)
        self.socket = context.wrap_socket(plain, server_hostname="localhost")
        self.replies = self.socket.makefile("r", encoding="utf-8", newline="\r\n")
        self.read()
        self("VER", ver="3.5")
        self("LOGIN", **administrator)

    def read(self):
        lines = []
        while True:
            line = self.replies.readline()
            if not line:
                raise EOFError("the server closed the session")
            if line == ".\r\n":
                return lines
            lines.append(line.removesuffix("\r\n"))

    def __call__(self, command, **attributes):
        self.socket.sendall(request_line(command, **attributes).encode())
        return parse_reply(self.read())

    def ask_many(self, requests, ahead=50):
        """Replies to (command, attributes), pipelined."""
        made, sent = [], 0
        while len(made) < len(requests):
            if sent < len(requests) and sent - len(made) < ahead:
                batch = requests[sent:len(made) + ahead]
                self.socket.sendall("".join(request_line(command, **attributes) for command, attributes in batch).encode())
                sent += len(batch)
            made.append(parse_reply(self.read()))
        return made

    def close(self):
        self.socket.close()


class Oma:
    """`oma("change_user", user=..., attributes={...})` gives the reply; one kept connection."""

    def __init__(self, postroad, administrator):
        host, port = postroad.control("https")
        self.credentials = {"user": f"{administrator['user']}@{administrator['domain']}", "password": administrator["password"]}
        self.connection = http.client.HTTPSConnection("localhost", port, timeout=PATIENCE, context=ssl.create_default_context(cafile=postroad.ca))

    def __call__(self, method, **members):
        self.connection.request("POST", "/api/" + method, json.dumps({"credentials": self.credentials, **members}))
        reply = json.loads(self.connection.getresponse().read())
        if not reply["success"]:
            raise Refused(reply["error_number"], reply["error"])
        return reply

    def close(self):
        self.connection.close()
