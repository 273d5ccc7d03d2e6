"""Mail that flows during a drill: to and from each cluster, by every service that it has, with real clients (Python's, swaks,
mbsync, fetchmail), each of which writes down what it did and was told (records.py). Nobody here tolerates anything: whatever
goes wrong is an error in the records.

    with MailTraffic(postroad, folder) as mail:
        ...
    found = look(postroad, folder)      # after it: where each message is

Each cluster's clients are a process of their own. A message has a name, used once, in its Message-ID.
"""

import imaplib
import multiprocessing
import os
import poplib
import random
import re
import smtplib
import ssl
import subprocess
import threading

from records import Recorder

SENDER = "sender@far.example"
PATIENCE = 60         # of a client, with one answer
PAUSE = 0.1           # between what one client does and what it does next
READERS = 6           # accounts of each cluster that take mail and are read with IMAP and POP3
COLLECTED = 6         # the number of the account that fetchmail empties
SYNCED = 7            # of the account that mbsync mirrors
USED = 8              # accounts of each cluster that the traffic uses: the first ones

MBSYNC = """
IMAPAccount far
Host localhost
Port {port}
User {user}
Pass {password}
SSLType IMAPS
CertificateFile {ca}

IMAPStore far
Account far

MaildirStore near
Path {maildir}/
Inbox {maildir}/INBOX
SubFolders Verbatim

Channel all
Far :far:
Near :near:
Patterns *
Create Near
Expunge Near
SyncState *
"""
FETCHMAIL = """
set no syslog
poll localhost protocol POP3 service {port}
  user "{user}" password "{password}"
  ssl sslcertck sslcertfile {ca}
  fetchall
  mda "sh -c 'cat >> {out}'"
"""


def message(name, to, size=300):
    head = f"From: {SENDER}\r\nTo: {to[0]}\r\nMessage-ID: <{name}@drill.test>\r\nSubject: {name}\r\n\r\n"
    return head + ("x" * 70 + "\r\n") * (1 + size // 72)


def name_of(text):
    """The name of the message whose head this is, or None: the demo's and the probe's own are nobody's."""
    found = re.search(r"(?im)^message-id:\s*<([^@>]+)@drill\.test>", text)
    return found and found[1]


class Clients:
    """The clients of one cluster, each a thread."""

    def __init__(self, place, folder, cluster, stop):
        self.place, self.folder, self.cluster, self.stop = place, folder, cluster, stop
        self.accounts = place["accounts"][:USED]
        self.context = ssl.create_default_context(cafile=place["ca"])
        self.threads = []

    def at(self, service):
        return "localhost", self.place["ports"][service]

    def recorder(self, kind):
        return Recorder(os.path.join(self.folder, "records"), f"{kind}.{self.cluster}", cluster=self.cluster, service=kind.split("-")[0])

    def run(self):
        works = [(self.send_smtp, "smtp-kept"), (self.send_smtp_again, "smtp-new"), (self.send_lmtp, "lmtp"), (self.send_swaks, "smtp-swaks"),
                 (self.read_imap, "imaps-kept"), (self.read_imap_again, "imap-new"), (self.read_pop, "pop3s-python"),
                 (self.read_pop_again, "pop3-stls"), (self.sync, "imaps-mbsync"), (self.collect, "pop3s-fetchmail")]
        self.threads = [threading.Thread(target=self.guarded, args=(work, self.recorder(kind))) for work, kind in works]
        for thread in self.threads:
            thread.start()
        for thread in self.threads:
            thread.join()

    @staticmethod
    def guarded(work, record):
        with record.doing("all"):  # what no other record has
            work(record)
        record.close()

    def again(self, pause=PAUSE):
        """Whether to go on, after a pause."""
        return not self.stop.wait(pause)

    # Senders.

    def next_message(self, record, count):
        """To one account, or to two; by LMTP to one, since smtplib reads but one reply."""
        recipients = 1 if record.always["service"] == "lmtp" else 1 + count % 2
        to = [self.accounts[(count + i) % len(self.accounts)]["address"] for i in range(recipients)]
        return f"{record.client}.{count}".replace(".", "-"), to

    def submit(self, record, client, count):
        name, to = self.next_message(record, count)
        with record.doing("send", name=name, to=to) as told:
            told["refused"] = sorted(client.sendmail(SENDER, to, message(name, to, 100 + count * 37 % 4000)))
            if told["refused"]:
                raise smtplib.SMTPException("refused for some")

    def kept(self, record, connect):
        """Message after message over one connection."""
        count = 0
        while not self.stop.is_set():
            with record.doing("connect"):
                client = connect()
            if record.failed:
                self.again()
                continue
            while self.again() and not record.failed:
                count += 1
                self.submit(record, client, count)
            client.close()

    def send_smtp(self, record):
        self.kept(record, lambda: smtplib.SMTP(*self.at("smtp"), timeout=PATIENCE))

    def send_lmtp(self, record):
        self.kept(record, lambda: smtplib.LMTP(*self.at("lmtp"), timeout=PATIENCE))

    def send_smtp_again(self, record):
        """A connection with STARTTLS for each message."""
        count = 0
        while self.again():
            count += 1
            name, to = self.next_message(record, count)
            with record.doing("send", name=name, to=to) as told, smtplib.SMTP(*self.at("smtp"), timeout=PATIENCE) as client:
                client.starttls(context=self.context)
                told["refused"] = sorted(client.sendmail(SENDER, to, message(name, to)))

    def send_swaks(self, record):
        count = 0
        while self.again(1):
            count += 1
            name, to = self.next_message(record, count)
            with record.doing("send", name=name, to=to):
                self.program(["swaks", "--server", "localhost", "--port", str(self.at("smtp")[1]), "--to", ",".join(to), "--from", SENDER,
                              "--header", f"Message-ID: <{name}@drill.test>", "--header", f"Subject: {name}", "--tls", "--timeout", str(PATIENCE)])

    @staticmethod
    def program(command, **more):
        done = subprocess.run(command, timeout=PATIENCE * 2, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, **more)
        if done.returncode != 0:
            raise RuntimeError(f"{command[0]} ended with {done.returncode}: {done.stdout[-200:]} {done.stderr[-200:]}")

    # Readers.

    def imap(self, account, tls):
        client = (imaplib.IMAP4_SSL(*self.at("imaps"), ssl_context=self.context, timeout=PATIENCE) if tls
                  else imaplib.IMAP4(*self.at("imap"), timeout=PATIENCE))
        if not tls:
            client.starttls(self.context)
        client.login(account["address"], account["password"])
        return client

    @staticmethod
    def ok(answer):
        if answer[0] != "OK":
            raise imaplib.IMAP4.error(f"{answer[0]} {answer[1]}")
        return answer[1]

    def read_imap(self, record):
        """Somebody who stays signed in: reads, flags, files, appends."""
        account, dice, count = self.accounts[0], random.Random(self.cluster), 0
        while not self.stop.is_set():
            with record.doing("sign-in", account=account["address"]):
                client = self.imap(account, True)
            while self.again() and not record.failed:
                count += 1
                self.use_imap(record, client, account, dice, count)
        if not record.failed:
            client.logout()

    def use_imap(self, record, client, account, dice, count):
        with record.doing("select", account=account["address"]) as told:
            told["messages"] = int(self.ok(client.select("INBOX"))[0])
            client.noop()
        if record.failed or told["messages"] == 0:
            return
        with record.doing("fetch"):
            uids = self.ok(client.uid("SEARCH", None, "ALL"))[0].split()
            uid = dice.choice(uids).decode()
            self.ok(client.uid("FETCH", uid, "(FLAGS BODY.PEEK[])"))
        if not record.failed:
            with record.doing("store"):
                self.ok(client.uid("STORE", uid, "+FLAGS.SILENT", "(\\Seen \\Flagged)"))
        if not record.failed and count % 5 == 0:
            with record.doing("move"):
                self.ok(client.uid("MOVE", uid, "Archive"))
        if not record.failed and count % 5 == 1:
            name = f"append-{self.cluster}-{count}"
            with record.doing("append", name=name, to=[account["address"]]):
                self.ok(client.append("Drafts", "", None, message(name, [account["address"]]).encode()))

    def read_imap_again(self, record):
        """A program that signs in each time, with STARTTLS."""
        count = 0
        while self.again(PAUSE * 2):
            count += 1
            account = self.accounts[1 + count % (READERS - 1)]
            with record.doing("session", account=account["address"]):
                client = self.imap(account, False)
                self.ok(client.select("INBOX", readonly=True))
                self.ok(client.fetch("1:*", "(UID FLAGS)")) if client.untagged_responses.get("EXISTS", [b"0"])[-1] != b"0" else None
                client.logout()

    def pop(self, record, number, client):
        account = self.accounts[number]  # one session at a time may have a maildrop: rfc1939 4
        with record.doing("session", account=account["address"]) as told:
            with client() as pop:
                pop.user(account["address"])
                pop.pass_(account["password"])
                told["messages"] = pop.stat()[0]
                if told["messages"]:
                    pop.uidl()
                    pop.retr(told["messages"])
                pop.quit()

    def read_pop(self, record):
        count = 0
        while self.again(PAUSE * 2):
            count += 1
            self.pop(record, count % 3, lambda: Closing(poplib.POP3_SSL(*self.at("pop3s"), context=self.context, timeout=PATIENCE)))

    def read_pop_again(self, record):
        def client():
            made = poplib.POP3(*self.at("pop3"), timeout=PATIENCE)
            made.stls(self.context)
            return Closing(made)

        count = 0
        while self.again(PAUSE * 2):
            count += 1
            self.pop(record, 3 + count % 3, client)

    def written(self, kind, text):
        path = os.path.join(self.folder, f"{kind}.{self.cluster}.rc")
        with open(path, "w", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(text)
        return path

    def sync(self, record):
        account, maildir = self.accounts[SYNCED], os.path.join(self.folder, f"maildir.{self.cluster}")
        os.makedirs(maildir)
        config = self.written("mbsync", MBSYNC.format(port=self.at("imaps")[1], user=account["address"], password=account["password"],
                                                      ca=self.place["ca"], maildir=maildir))
        while self.again(2):
            with record.doing("sync", account=account["address"]):
                self.program(["mbsync", "--config", config, "--all"])

    def collect(self, record):
        account, home = self.accounts[COLLECTED], os.path.join(self.folder, f"fetchmail.{self.cluster}")
        os.makedirs(home)
        config = self.written("fetchmail", FETCHMAIL.format(port=self.at("pop3s")[1], user=account["address"], password=account["password"],
                                                            ca=self.place["ca"], out=collected(self.folder, self.cluster)))
        command = ["sh", "-c", 'fetchmail "$@"; code=$?; [ $code -le 1 ]', "sh", "--fetchmailrc", config, "--nodetach",
                   "--pidfile", os.path.join(home, "pid")]  # 1: there was no mail
        while self.again(2):
            with record.doing("collect", account=account["address"]):
                self.program(command, env={**os.environ, "FETCHMAILHOME": home})


class Closing:
    """poplib's clients are no context managers."""

    def __init__(self, client):
        self.client = client

    def __enter__(self):
        return self.client

    def __exit__(self, *failure):
        self.client.close()


def collected(folder, cluster):
    return os.path.join(folder, f"collected.{cluster}")


def places(postroad, clusters):
    """What clients in another process have to know."""
    return {each: {"accounts": postroad.accounts(each), "ca": postroad.ca,
                   "ports": {service: postroad.at(each, service)[1] for service in ("smtp", "lmtp", "imap", "imaps", "pop3", "pop3s")}}
            for each in clusters}


def run_clients(place, folder, cluster, stop):
    Clients(place, folder, cluster, stop).run()


class MailTraffic:
    def __init__(self, postroad, folder, clusters=("a", "b")):
        context = multiprocessing.get_context("spawn")
        self.stopping = context.Event()
        self.processes = [context.Process(target=run_clients, args=(place, folder, cluster, self.stopping))
                          for cluster, place in places(postroad, clusters).items()]

    def __enter__(self):
        for process in self.processes:
            process.start()
        return self

    def __exit__(self, *failure):
        self.stop()

    def stop(self):
        """Each client ends what it is at."""
        self.stopping.set()
        for process in self.processes:
            process.join()
            assert process.exitcode == 0, "clients of mail failed"


def look(postroad, folder, clusters=("a", "b")):
    """Where each message is in the end, written down as by a client: (account, folder, name) in records of `found`."""
    record = Recorder(os.path.join(folder, "records"), "look")
    for cluster, place in places(postroad, clusters).items():
        clients = Clients(place, folder, cluster, threading.Event())
        for account in clients.accounts:
            with record.doing("look", cluster=cluster, account=account["address"]) as told:
                told["found"] = look_into(clients, account)
        with record.doing("look", cluster=cluster, account=clients.accounts[COLLECTED]["address"]) as told:
            told["found"] = look_at_collected(collected(folder, cluster))
    record.close()


def look_into(clients, account):
    imap = clients.imap(account, True)
    found = []
    for line in clients.ok(imap.list()):
        where = re.search(rb'"/" "?(.*?)"?$', line)[1].decode()
        if int(clients.ok(imap.select(f'"{where}"', readonly=True))[0]) == 0:
            continue
        for part in clients.ok(imap.fetch("1:*", "(UID BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")):
            if isinstance(part, tuple):
                found.append([where, int(re.search(rb"UID (\d+)", part[0])[1]), name_of(part[1].decode())])
    imap.logout()
    return found


def look_at_collected(path):
    if not os.path.exists(path):
        return []
    with open(path, newline="") as file:
        return [["collected", number, found[1]] for number, found in enumerate(re.finditer(r"(?im)^message-id:\s*<([^@>]+)@drill\.test>", file.read()))]
