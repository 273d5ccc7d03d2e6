"""A badly configured script of one reseller: hundreds of sessions at once, over APP and OMA, a third of whose requests make no
sense. It notes each request and what it was told. Later, what became of each change can be asked for with it.

The script of a session is a round of nine requests, again and again: two on some object (below), nonsense, a mailbox and its
quota, nonsense, another mailbox and its quota, nonsense. All requests on one object come from one session, in order.
"""

import asyncio
import calendar
import contextlib
import json
import multiprocessing
import ssl
import time

from provisioning_clients import Refused, parse_reply, request_line
from records import Recorder, wall_offset

APP_SESSIONS, OMA_SESSIONS = 320, 40
PASSWORD = "correct horse {}"
HASH = "{SHA}qvTGHdzF6KLavt4PO0gs2a6pQ00="  # of "hello"
PATIENCE = 120


class AppSession:
    face = "app"

    @classmethod
    async def open(cls, place):
        it = cls()
        it.reader, it.writer = await asyncio.open_connection("localhost", place["app"], ssl=place["context"], server_hostname="localhost")
        await it.read()
        await it.ask("VER", ver="3.5")
        await it.ask("LOGIN", **place["administrator"])
        return it

    async def read(self):
        text = await asyncio.wait_for(self.reader.readuntil(b"\r\n.\r\n"), PATIENCE)
        return text.decode().split("\r\n")

    async def ask(self, command, **attributes):
        self.writer.write(request_line(command, **attributes).encode())
        return parse_reply(await self.read())

    async def close(self):
        self.writer.close()

    # The script's requests.

    def create(self, domain, local, password):
        return self.ask("CREATE_MAILBOX", domain=domain, mailbox=local, workgroup="staff", password=password)

    def set_quota(self, domain, local, quota):
        return self.ask("SET_MAILBOX_QUOTA", domain=domain, mailbox=local, quota=quota)

    def rename(self, domain, old, new):
        return self.ask("RENAME_MAILBOX", domain=domain, old_mailbox=old, new_mailbox=new)

    def create_alias(self, domain, local, target):
        return self.ask("CREATE_ALIAS_MAILBOX", domain=domain, alias_mailbox=local, mailbox=target)

    def delete(self, domain, local):
        return self.ask("DELETE_MAILBOX_ANY", domain=domain, mailbox=local)

    def nonsense(self, number, domain, foreign):
        return [(16, lambda: self.create(domain, "anna", PASSWORD)), (17, lambda: self.set_quota(domain, "nobody", 1)),
                (12, lambda: self.create(foreign, f"mine{number}", PASSWORD)), (17, lambda: self.rename(domain, "nobody", "somebody"))][number % 4]


class OmaSession:
    face = "oma"

    @classmethod
    async def open(cls, place):
        it = cls()
        administrator = place["administrator"]
        it.credentials = {"user": f"{administrator['user']}@{administrator['domain']}", "password": administrator["password"]}
        it.reader, it.writer = await asyncio.open_connection("localhost", place["https"], ssl=place["context"], server_hostname="localhost")
        return it

    async def ask(self, method, **members):
        body = json.dumps({"credentials": self.credentials, **members})
        self.writer.write(f"POST /api/{method} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())
        head = (await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), PATIENCE)).decode().lower()
        reply = json.loads(await self.reader.readexactly(int(head.split("content-length:")[1].split("\r\n")[0])))
        if not reply["success"]:
            raise Refused(reply["error_number"], reply["error"])
        return reply

    async def close(self):
        self.writer.close()

    def create(self, domain, local, password):
        return self.ask("change_user", user=f"{local}@{domain}", create_only=True, attributes={"password": password, "workgroup": "staff"})

    def set_quota(self, domain, local, quota):
        return self.ask("change_user", user=f"{local}@{domain}", attributes={"quota": quota})

    def rename(self, domain, old, new):
        return self.ask("rename_user", user=f"{old}@{domain}", new_name=f"{new}@{domain}")

    def delete(self, domain, local):
        return self.ask("delete_user", user=f"{local}@{domain}")

    def nonsense(self, number, domain, foreign):
        return [(2, lambda: self.rename(domain, "nobody", "somebody")), (2, lambda: self.delete(domain, "nobody")),
                (9, lambda: self.delete(foreign, "anna")), (9, lambda: self.rename(foreign, "anna", "mine"))][number % 4]


class Script:
    """One session's."""

    def __init__(self, session, number, place, record, rounds):
        self.session, self.number, self.record, self.rounds = session, number, record, rounds
        self.domain, self.foreign, self.always, self.prefix = place["domain"], place["foreign"], place["always"], place["prefix"]
        self.generation = 0

    async def ask(self, kind, name, request, wants="accept"):
        told, t0 = {"wants": wants}, time.monotonic()
        try:
            reply = await request
            told |= {"change": reply["change"], "state": reply["state"]}
        except Refused as refused:
            told |= {"refusal": refused.number, "error": str(refused)}
        except Exception as failure:  # noqa: BLE001: whatever it is, the client noticed
            told |= {"error": f"{type(failure).__name__}: {failure}"[:300]}
        is_ok = "change" in told if wants == "accept" else told.get("refusal") == wants
        self.record.write("request", t0, ok=is_ok, session=self.number, face=self.session.face, kind=kind, object=name, **self.always, **told)

    async def run(self):
        """As long as there are rounds left in the script."""
        if self.kind() == "rename":
            await self.ask("create", self.slot(), self.session.create(self.domain, self.local(self.slot()), HASH))
        for count in self.rounds:
            await self.use_object(count)
            await self.talk_nonsense(count)
            await self.make_box(2 * count)
            await self.talk_nonsense(count + 1)
            await self.make_box(2 * count + 1)
            await self.talk_nonsense(count + 2)

    async def make_box(self, count):
        """Its password has to be hashed."""
        box = f"{self.prefix}box{count}"
        await self.ask("create", box, self.session.create(self.domain, box, PASSWORD.format(count)))
        await self.ask("quota", box, self.session.set_quota(self.domain, box, 1_000_000 + count))

    async def talk_nonsense(self, count):
        number, request = self.session.nonsense(count, self.domain, self.foreign)
        await self.ask("nonsense", f"nonsense{count}", request(), wants=number)

    def kind(self):
        return ("boxes", "rename", "toggle" if self.session.face == "app" else "boxes")[self.number % 3]

    def slot(self):
        return f"{self.prefix}slot{self.number}"

    def local(self, name):
        """A slot's mailbox has a name of its generation."""
        return f"{name}-{self.generation}"

    async def use_object(self, count):
        """A mailbox that is renamed again and again; an alias that comes and goes; a mailbox that comes and goes."""
        if self.kind() == "rename":
            for _ in range(2):
                old, self.generation = self.local(self.slot()), self.generation + 1
                await self.ask("rename", self.slot(), self.session.rename(self.domain, old, self.local(self.slot())))
        elif self.kind() == "toggle":
            name = f"{self.prefix}toggle{self.number}"
            await self.ask("alias", name, self.session.create_alias(self.domain, name, "anna"))
            await self.ask("delete", name, self.session.delete(self.domain, name))
        else:
            name = f"{self.prefix}brief{count}"
            await self.ask("create", name, self.session.create(self.domain, name, HASH))
            await self.ask("delete", name, self.session.delete(self.domain, name))


def place_of(day, company, other, cluster, prefix=""):
    """What a client in another process has to know. `other`: a company whose domain is none of its business. `prefix`: of names."""
    return {"app": day.postroad.control("app")[1], "https": day.postroad.control("https")[1], "ca": day.postroad.ca,
            "administrator": day.administrators[company], "domain": f"{company}-{cluster}.test", "foreign": f"{other}-{cluster}.test",
            "always": {"company": company, "cluster": cluster}, "prefix": prefix}


async def open_all(place, app, oma):
    """The first one alone: a password that was right is remembered."""
    place["context"] = ssl.create_default_context(cafile=place["ca"])
    first = await AppSession.open(place)
    gate = asyncio.Semaphore(8)

    async def open_one(kind):
        async with gate:
            return await kind.open(place)

    return [first, *await asyncio.gather(*(open_one(AppSession) for _ in range(app - 1)), *(open_one(OmaSession) for _ in range(oma)))]


async def pour(place, folder, client, rounds, sessions):
    with contextlib.closing(Recorder(folder, client)) as record:
        opened = await open_all(place, *sessions)
        counter = iter(range(rounds))
        began = time.monotonic()
        await asyncio.gather(*(Script(session, number, place, record, counter).run() for number, session in enumerate(opened)))
        for session in opened:
            await session.close()
        record.write("flood", began, rounds=rounds, sessions=len(opened))


def seconds_of(text):
    """Since 1970, of a time as GET_CHANGE tells it; nothing where it tells none."""
    return calendar.timegm(time.strptime(text, "%Y-%m-%dT%H:%M:%SZ")) if text else None


async def settle(place, folder, client, changes):
    """Asks for each change what became of it."""
    with contextlib.closing(Recorder(folder, client, **place["always"])) as record:
        opened = await open_all(place, min(30, 1 + len(changes) // 20), 0)
        offset, left = wall_offset(), iter(changes)

        async def ask(session):
            for change in left:
                t0 = time.monotonic()
                told = await session.ask("GET_CHANGE", change=change)
                record.write("settlement", t0, change=change, state=told["state"], applied_at=seconds_of(told["applied_at"]), reason=told["reason"], offset=offset)

        await asyncio.gather(*(ask(session) for session in opened))
        for session in opened:
            await session.close()


def run_flood(place, folder, client, rounds, sessions):
    asyncio.run(pour(place, folder, client, rounds, sessions))


class Flood:
    """In a process of its own."""

    def __init__(self, day, place, client, rounds, sessions=(APP_SESSIONS, OMA_SESSIONS)):
        context = multiprocessing.get_context("spawn")
        self.process = context.Process(target=run_flood, args=(place, day.records_folder, client, rounds, sessions))
        self.process.start()

    def is_over(self):
        return self.process.exitcode is not None

    def join(self):
        self.process.join()
        assert self.process.exitcode == 0, "the flood's clients failed"


def ask_settlements(day, company, cluster, changes):
    """Records what became of a company's changes."""
    other = next(each for each in day.administrators if each != company)
    asyncio.run(settle(place_of(day, company, other, cluster), day.records_folder, f"settlements.{company}.{cluster}", list(changes)))
