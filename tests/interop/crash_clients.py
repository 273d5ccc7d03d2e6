"""The clients of crash_test.py: senders over SMTP and LMTP, people over IMAP. Each writes down what it was told."""

import imaplib
import random
import re
import smtplib
import socket
import ssl
import time

from crash_record import Message

PAUSE = 0.05  # before a client comes again to a cluster that is away, as real ones do
FOLDERS = ("INBOX", "Archive", "Drafts")
SENDER = "sender@far.example"


def body(name, size, sender="nobody@far.example"):
    head = f"From: {sender}\r\nMessage-ID: <{name}@crash.test>\r\nSubject: {name}\r\n\r\n"
    return head.encode() + b"x" * size + b"\r\n"


def size_of(count):
    """Mostly small; some go to the store in pieces."""
    return 1_500_000 if count % 97 == 0 else 60_000 if count % 11 == 0 else 100 + count % 5000


def send_smtp(postroad, cluster, accounts, record, stop, number):
    """Many messages over each connection, each to one to three mailboxes; never the same name twice."""
    count = 0
    while not stop.is_set():
        try:
            with smtplib.SMTP(*postroad.at(cluster, "smtp"), timeout=20) as smtp:
                while not stop.is_set():
                    count += 1
                    name = f"s{number}-{count}"
                    to = [accounts[(number + count + i) % len(accounts)]["address"] for i in range(1 + count % 3)]
                    record.unanswered += [(name, each) for each in to]
                    refused = smtp.sendmail(SENDER, to, body(name, size_of(count), SENDER))
                    record.accepted += [(name, each) for each in to if each not in refused]
        except (OSError, smtplib.SMTPException):
            time.sleep(PAUSE)


def send_lmtp(postroad, cluster, accounts, record, stop, number):
    """Pipelined, in chunks; a reply for each recipient. (smtplib reads but one.)"""
    count = 0
    while not stop.is_set():
        try:
            with socket.create_connection(postroad.at(cluster, "lmtp"), timeout=20) as connection:
                replies = connection.makefile("rb")
                connection.sendall(b"LHLO client.far.example\r\n")
                while not re.match(rb"250 ", expect(replies, b"2")):
                    pass
                while not stop.is_set():
                    count += 1
                    name = f"l{number}-{count}"
                    to = [accounts[(number + count + i) % len(accounts)]["address"] for i in range(1 + count % 2)]
                    record.unanswered += [(name, each) for each in to]
                    data = body(name, size_of(count), SENDER)
                    commands = [f"MAIL FROM:<{SENDER}>", *(f"RCPT TO:<{each}>" for each in to), f"BDAT {len(data)} LAST"]
                    connection.sendall("".join(each + "\r\n" for each in commands).encode() + data)
                    for _ in range(1 + len(to)):
                        expect(replies, b"2")
                    for each in to:
                        if reply_of(replies).startswith(b"250"):
                            record.accepted.append((name, each))
        except (OSError, EOFError):
            time.sleep(PAUSE)


def reply_of(replies):
    line = replies.readline()
    if not line.endswith(b"\n"):
        raise EOFError("the server is gone")
    return line


def expect(replies, start):
    line = reply_of(replies)
    if not line.startswith(start):
        raise EOFError(f"not as expected: {line!r}")
    return line


class Person:
    """Appends, flags, copies, moves and deletes over IMAP, and moves what others have sent. One command at a time is under
    way, and a message whose command had no answer is left alone from then on."""

    def __init__(self, postroad, cluster, account, record, stop, number):
        self.postroad, self.cluster, self.account, self.record, self.stop = postroad, cluster, account, record, stop
        self.address, self.number, self.count = account["address"], number, 0
        self.random = random.Random(number)
        self.imap = None

    def live(self):
        context = ssl.create_default_context(cafile=self.postroad.ca)
        while not self.stop.is_set():
            try:
                self.imap = imaplib.IMAP4_SSL(*self.postroad.at(self.cluster, "imaps"), ssl_context=context, timeout=20)
                self.imap.login(self.address, self.account["password"])
                for folder in FOLDERS:
                    self.select(folder)
                while not self.stop.is_set():
                    self.step()
            except (OSError, imaplib.IMAP4.error, ValueError):
                time.sleep(PAUSE)

    def step(self):
        known = [each for each in self.record.messages[-40:] if each.doubt is None and each.places]
        acts = [self.append] if not known else [self.append, self.append, self.flag, self.copy, self.move, self.expunge, self.sort]
        act = self.random.choice(acts)
        if act in (self.append, self.sort):
            act()
        else:
            message = self.random.choice(known)
            act(message, self.random.choice(sorted(message.places)))

    def select(self, folder):
        answer = self.imap.select(folder)
        validity = int(self.imap.response("UIDVALIDITY")[1][0])
        self.record.validities.append((self.address, folder, validity))
        return int(answer[1][0])

    def ok(self, answer, command):
        """A NO or BAD to what is right would be a defect; nothing but the end of the connection is in doubt."""
        if answer[0] != "OK":
            raise AssertionError(f"{command}: {answer}")
        self.record.answers[command] = self.record.answers.get(command, 0) + 1
        return answer[1]

    def place(self, message, folder, uid):
        message.places[folder] = uid
        self.record.uids.append((self.address, folder, uid, message.name))

    def append(self):
        self.count += 1
        message = Message(f"u{self.number}-{self.count}", self.address)
        folder = self.random.choice(FOLDERS)
        message.doubt = ("append", folder)
        self.record.messages.append(message)
        answer = self.ok(self.imap.append(folder, "", None, body(message.name, 200 + self.count % 3000)), "APPEND")
        self.place(message, folder, int(re.search(rb"APPENDUID \d+ (\d+)", answer[0])[1]))
        message.doubt = None

    def flag(self, message, folder):
        self.select(folder)
        message.doubt = ("flag", folder)
        self.ok(self.imap.uid("STORE", str(message.places[folder]), "+FLAGS.SILENT", "(\\Flagged)"), "STORE")
        message.flagged.add(folder)
        message.doubt = None

    def transfer(self, command, message, folder):
        to = self.random.choice([each for each in FOLDERS if each not in message.places] or [None])
        if to is None:
            return
        self.select(folder)
        message.doubt = (command.lower(), folder, to)
        self.ok(self.imap.uid(command, str(message.places[folder]), to), command)
        self.place(message, to, self.copied())
        if folder in message.flagged:
            message.flagged.add(to)
        if command == "MOVE":
            del message.places[folder]
            message.flagged.discard(folder)
        message.doubt = None

    def copied(self):
        """The UID in the target: rfc4315 3. imaplib keeps the code of MOVE's untagged OK and of COPY's tagged one alike."""
        return int(self.imap.response("COPYUID")[1][0].split()[2])

    def copy(self, message, folder):
        self.transfer("COPY", message, folder)

    def move(self, message, folder):
        self.transfer("MOVE", message, folder)

    def expunge(self, message, folder):
        self.select(folder)
        self.ok(self.imap.uid("STORE", str(message.places[folder]), "+FLAGS.SILENT", "(\\Deleted)"), "STORE")
        message.doubt = ("expunge", folder)
        self.ok(self.imap.uid("EXPUNGE", str(message.places[folder])), "UID EXPUNGE")
        del message.places[folder]
        message.flagged.discard(folder)
        message.doubt = None

    def sort(self):
        """Moves what others sent, twenty at once, while more comes in: it must stay in one place."""
        self.select("INBOX")
        found = self.imap.uid("SEARCH", "FROM", SENDER)[1][0].split()[:20]
        if found:
            self.ok(self.imap.uid("MOVE", b",".join(found).decode(), "Archive"), "MOVE of many")


def look(postroad, cluster, account, found):
    """All that is in a mailbox, and whether the folders' own counts agree with it. Gives what does not."""
    wrong = []
    imap = imaplib.IMAP4_SSL(*postroad.at(cluster, "imaps"), ssl_context=ssl.create_default_context(cafile=postroad.ca), timeout=60)
    imap.login(account["address"], account["password"])
    for folder in FOLDERS:
        status = imap.status(folder, "(MESSAGES UIDNEXT SIZE UNSEEN)")[1][0].decode()
        told = {key: int(value) for key, value in re.findall(r"(MESSAGES|UIDNEXT|SIZE|UNSEEN) (\d+)", status)}
        imap.select(folder, readonly=True)
        uids, bytes_, unseen = [], 0, 0
        for item in imap.uid("FETCH", "1:*", "(UID FLAGS RFC822.SIZE BODY.PEEK[HEADER.FIELDS (SUBJECT)])")[1] or []:
            if not isinstance(item, tuple):
                continue
            uid, size = (int(re.search(key + rb" (\d+)", item[0])[1]) for key in (rb"UID", rb"RFC822.SIZE"))
            flags = re.search(rb"FLAGS \(([^)]*)\)", item[0])[1].decode().split()
            found.add(account["address"], folder, uid, re.search(rb"Subject: (\S+)", item[1])[1].decode(), size, flags)
            uids.append(uid)
            bytes_ += size
            unseen += "\\Seen" not in flags
        counted = {"MESSAGES": len(uids), "SIZE": bytes_, "UNSEEN": unseen}
        wrong += [f"STATUS: {account['address']} {folder}: {key} {told[key]}, counted {value}"
                  for key, value in counted.items() if told[key] != value]
        if uids != sorted(set(uids)) or (uids and uids[-1] >= told["UIDNEXT"]):
            wrong.append(f"UIDs: {account['address']} {folder}: not ascending, or not below UIDNEXT {told['UIDNEXT']}")
    imap.logout()
    return wrong
