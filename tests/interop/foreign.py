"""A foreign mail server for migrations: Debian's Dovecot, filled by IMAP, and what of it and of us is compared."""

import hashlib
import imaplib
import os
import re
import subprocess
import time

from demo import Demo
from dovecot import PASSWORD, Dovecot
from running import BINARY


class Foreign(Dovecot):
    """Any user may sign in with dovecot.PASSWORD."""

    def client(self, user):
        client = imaplib.IMAP4("127.0.0.1", self.imap)
        client.login(user, PASSWORD)
        return client

    def fill(self, user, count, folder="INBOX", size=300, first=0):
        client = self.client(user)
        client.create(folder)
        for number in range(first, first + count):
            text = message(number, size)
            date = imaplib.Time2Internaldate(1_600_000_000 + 60 * number)
            flags = ["", "\\Seen", "\\Seen \\Flagged", "\\Answered $Label1"][number % 4]
            assert client.append(folder, f"({flags})", date, text)[0] == "OK"
        client.logout()


def message(number, size=300):
    head = f"From: Sender {number} <s{number}@far.example>\r\nTo: me@far.example\r\nSubject: message {number}\r\n" \
           f"Message-ID: <{number}@far.example>\r\nDate: Thu, 01 Oct 2020 10:00:00 +0000\r\n\r\n"
    line = f"line of message {number} {'x' * 50}\r\n"
    return (head + line * max(1, (size - len(head)) // len(line))).encode()


def contents(client):
    """{folder: sorted [(hash, flags, date)]} of folders with mail."""
    found = {}
    for line in client.list()[1]:
        name = re.search(rb'"/" (?:"(.*)"|(\S+))$', line)
        name = (name[1] or name[2]).decode()
        status, data = client.select(f'"{name}"', readonly=True)
        if status != "OK" or int(data[0]) == 0:
            continue
        messages = []
        for item in client.fetch("1:*", "(FLAGS INTERNALDATE BODY.PEEK[])")[1]:
            if not isinstance(item, tuple):
                continue
            head = item[0]
            flags = set(re.search(rb"FLAGS \(([^)]*)\)", head)[1].split()) - {b"\\Recent"}
            date = imaplib.Internaldate2tuple(head)
            messages.append((hashlib.sha256(item[1]).hexdigest(), tuple(sorted(flags)), time.mktime(date)))
        found[name] = sorted(messages)
    client.logout()
    return found


class Migrations:
    """The operators' command, on a demo."""

    def __init__(self, demo: Demo):
        self.demo = demo

    def run(self, *words, fails=False):
        done = subprocess.run([BINARY, "migration", words[0], "--dir", self.demo.folder, *words[1:]], timeout=120, capture_output=True,
                              text=True, check=False)
        if (done.returncode != 0) != fails:
            raise AssertionError(f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done.stdout + done.stderr

    def add(self, job, rows, fails=False, columns="local,server,remote,password,method,plaintext,skip,translate"):
        path = os.path.join(self.demo.folder, "migrations.csv")
        with open(path, "w") as file:
            file.write(columns + "\n" + "".join(",".join(row) + "\n" for row in rows))
        said = self.run("add", path, "--job", job, fails=fails)
        os.unlink(path)
        return said

    def add_imap(self, job, local, server, user, skip="", translate=""):
        return self.add(job, [(local, f"imap://127.0.0.1:{server.imap}", user, PASSWORD, "", "yes", skip, translate)])

    def items(self, job):
        """[(id, state, come, seen)]"""
        lines = self.run("list", "--job", job).splitlines()[1:]
        found = [re.match(r"(i\w{26}) (\w+) +(\d+)/(\d+)", line) for line in lines]
        return [(each[1], each[2], int(each[3]), int(each[4])) for each in found if each]

    def wait(self, job, done, timeout=120):
        until = time.monotonic() + timeout
        while time.monotonic() < until:
            items = self.items(job)
            if items and all(done(each) for each in items):
                return items
            time.sleep(0.1)  # an operator has nothing but to ask again
        raise AssertionError(f"job {job} does not end: {self.run('list', '--job', job)}")

    def finish(self, job, timeout=120):
        return self.wait(job, lambda each: each[1] in ("done", "failed"), timeout)
