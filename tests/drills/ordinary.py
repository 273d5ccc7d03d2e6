"""Resellers who go about their business: mailboxes made, changed, tried and deleted, one at a time, over APP and OMA. Each notes
what it asked for and was told."""

import contextlib
import multiprocessing
import poplib
import smtplib
import ssl
import threading
import time

from flood import HASH, PASSWORD
from provisioning_clients import App, Oma, Refused
from records import Recorder

PAUSE = 0.15
PATIENCE = 60


class AppReseller:
    face = "app"

    def __init__(self, place):
        self.session, self.domain = App(place, place.administrator), place.domain

    def create(self, local, password):
        return self.session("CREATE_MAILBOX", domain=self.domain, mailbox=local, workgroup="staff", password=password)

    def set_quota(self, local, quota):
        return self.session("SET_MAILBOX_QUOTA", domain=self.domain, mailbox=local, quota=quota)

    def delete(self, local):
        return self.session("DELETE_MAILBOX", domain=self.domain, mailbox=local)

    def look(self):
        return self.session("GET_MAILBOX", domain=self.domain, mailbox="anna")


class OmaReseller:
    face = "oma"

    def __init__(self, place):
        self.session, self.domain = Oma(place, place.administrator), place.domain

    def create(self, local, password):
        return self.session("change_user", user=f"{local}@{self.domain}", create_only=True, attributes={"password": password, "workgroup": "staff"})

    def set_quota(self, local, quota):
        return self.session("change_user", user=f"{local}@{self.domain}", attributes={"quota": quota})

    def delete(self, local):
        return self.session("delete_user", user=f"{local}@{self.domain}")

    def look(self):
        return self.session("get_user", user=f"anna@{self.domain}")


class Place:
    """Where a reseller finds what it needs; the parts of a Postroad that its clients ask for."""

    def __init__(self, day, company, cluster, prefix):
        self.prefix = prefix
        self.ca, self.administrator = day.postroad.ca, day.administrators[company]
        self.ports = {each: day.postroad.control(each) for each in ("app", "https")}
        self.pop3s, self.smtp = day.postroad.at(cluster, "pop3s"), day.postroad.at(cluster, "smtp")
        self.company, self.cluster, self.domain = company, cluster, f"{company}-{cluster}.test"

    def control(self, service):
        return self.ports[service]


class Reseller:
    def __init__(self, place, folder, kind, stop):
        self.place, self.stop, self.reseller = place, stop, kind(place)
        always = {"company": place.company, "cluster": place.cluster, "face": kind.face, "session": 0}
        self.record = Recorder(folder, f"ordinary.{place.company}.{place.cluster}.{kind.face}", **always)

    def run(self):
        with contextlib.closing(self.record):
            count = 0
            while not self.stop.is_set():
                count += 1
                self.handle_customer(count)

    def handle_customer(self, count):
        """Every fourth one chooses a password, which has to be hashed; the others bring a hash along."""
        name = f"{self.place.prefix}new{self.reseller.face}{count}"
        password = PASSWORD.format(count) if count % 4 == 0 else HASH
        told = self.ask("create", name, lambda: self.reseller.create(name, password))
        if told.get("state") == "applied":
            self.try_mailbox(name, PASSWORD.format(count) if count % 4 == 0 else "hello")
        self.look()
        self.ask("quota", name, lambda: self.reseller.set_quota(name, 10_000_000 + count))
        if count % 3 == 0:
            self.ask("delete", name, lambda: self.reseller.delete(name))

    def ask(self, kind, name, request):
        self.stop.wait(PAUSE)
        told, t0 = {"wants": "accept"}, time.monotonic()
        try:
            reply = request()
            told |= {"change": reply["change"], "state": reply["state"]}
        except Refused as refused:
            told |= {"refusal": refused.number, "error": str(refused)}
        except Exception as failure:  # noqa: BLE001: whatever it is, the client noticed
            told |= {"error": f"{type(failure).__name__}: {failure}"[:300]}
        self.record.write("request", t0, ok="change" in told, kind=kind, object=name, **told)
        return told

    def look(self):
        with self.record.doing("look-up"):
            self.reseller.look()

    def try_mailbox(self, name, password):
        """What was told to be applied is there: it opens."""
        with self.record.doing("try", object=name):
            sign_in(self.place.pop3s[1], self.place.ca, f"{name}@{self.place.domain}", password)


def sign_in(port, ca, address, password):
    """By POP3, and out again."""
    pop = poplib.POP3_SSL("localhost", port, context=ssl.create_default_context(cafile=ca), timeout=PATIENCE)
    try:
        pop.user(address)
        pop.pass_(password)
        pop.quit()
    finally:
        pop.close()


def run_resellers(places, folder, stop):
    threads = [threading.Thread(target=Reseller(place, folder, kind, stop).run) for place in places for kind in (AppReseller, OmaReseller)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


class Ordinary:
    """The resellers at work, in a process of their own, until the block ends."""

    def __init__(self, day, company, clusters=("a", "b"), prefix=""):
        context = multiprocessing.get_context("spawn")
        self.stopping = context.Event()
        places = [Place(day, company, cluster, prefix) for cluster in clusters]
        self.process = context.Process(target=run_resellers, args=(places, day.records_folder, self.stopping))

    def __enter__(self):
        self.process.start()
        return self

    def __exit__(self, *failure):
        self.stopping.set()
        self.process.join()
        assert self.process.exitcode == 0, "the resellers' clients failed"


def addresses_there(port, addresses):
    """Which of these a cluster takes mail for: asked with RCPT, no mail is sent. It ends connections that ask for too many others."""
    there, left = {}, list(addresses)
    while left:
        with contextlib.closing(smtplib.SMTP("localhost", port, timeout=PATIENCE)) as client:
            client.ehlo()
            client.mail("sender@far.example")
            code = 0
            while left and code != 421:
                code, text = client.rcpt(left[-1])
                if code not in (250, 421, 550):
                    raise smtplib.SMTPResponseException(code, text)
                if code != 421:
                    there[left.pop()] = code == 250
    return there
