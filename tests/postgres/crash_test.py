"""Control on a PostgreSQL whose sessions, and whose whole server, are killed under load: what was accepted is there, once;
what was told not to be done is not there. Over TLS, with a password that stands in no log and no error."""

import itertools
import os
import subprocess
import sys
import tempfile
import threading
import time

from app import App, Refused
from running import BINARY, Running
from server import Server

CLIENTS = 6
KILLS = 6
BETWEEN_KILLS = 1.0  # seconds of work; the length of the test, not a wait for anything
TRY_LATER, SERVER_FAILED = 25, 30
HASH = "{SSHA256}" + "l9Bk7Z3qjFz0VgGzQdGKsBLCNcx1TKcVmcSdPxN3GQQBAgME"


class Record:
    """What one client was told of each mailbox."""

    def __init__(self):
        self.accepted, self.refused, self.open = [], [], []
        self.unexpected = []


def create(postroad, domain, record, stop, number):
    """Mailboxes, one after the other, each name once."""
    names = (f"m{number}-{count}" for count in itertools.count())
    name = next(names)
    while not stop.is_set():
        try:
            with App(postroad) as app:
                while not stop.is_set():
                    record.open.append(name)
                    try:
                        app.ask(f'CREATE_MAILBOX domain="{domain}" mailbox="{name}" workgroup="staff" password="{HASH}"')
                        record.accepted.append(record.open.pop())
                    except Refused as refused:
                        if refused.number == TRY_LATER:
                            record.refused.append(record.open.pop())
                            time.sleep(0.02)  # as a client would
                        elif refused.number != SERVER_FAILED:
                            record.unexpected.append(f"{name}: {refused}")
                        if refused.number == SERVER_FAILED:
                            name = next(names)
                            break
                    name = next(names)
        except (OSError, Refused):
            name = next(names)
            time.sleep(0.05)  # control is away, or its database: come again soon, as a client would


def sessions(server):
    """Processes of the server that work for control: the writer's first."""
    return [int(pid) for pid in server.sql("SELECT pid FROM pg_stat_activity WHERE application_name = 'postroad control' "
                                           "ORDER BY query LIKE '%sql_writer%' OR query LIKE 'COMMIT%' DESC, backend_start").split()]


def kill_one(server):
    found = sessions(server)
    if found:
        os.kill(found[0], 9)  # the server takes this for a crash, ends all sessions and recovers


def end_one(server):
    for pid in sessions(server)[:1]:
        server.sql(f"SELECT pg_terminate_backend({pid})")


def kill_all(server):
    server.kill()
    server.start()


def judge(server, records):
    """The promises, by name."""
    there = server.sql("SELECT folded FROM users WHERE folded LIKE 'm_-%'").split()
    names = set(there)
    lost = [name for record in records for name in record.accepted if name not in names]
    undone = [name for record in records for name in record.refused if name in names]
    return lost, undone, len(there) - len(names)


def config(uri):
    return f'[control]\ndatabase = "{uri}"\n'


def check_words(uri):
    """What a person is told: of a wrong setting, and by a second control; never with the password."""
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
        for wrong, want in ((uri + "&colour=red", "control.database: not a connection URI"), (uri.replace("postgresql", "mysql"), "expected the path of a file"),
                            (uri.replace("/postroad?", "?"), "names no database")):
            file.seek(0)
            file.truncate()
            file.write(config(wrong))
            file.flush()
            done = subprocess.run([BINARY, "check-config", file.name], capture_output=True, text=True)
            assert done.returncode == 1 and want in done.stderr, (want, done.stderr)
            assert Server.PASSWORD not in done.stderr, done.stderr
    second = Running(config(uri))
    try:
        second.__enter__()
        raise AssertionError("two control planes write into one database")
    except RuntimeError as refused:
        said = str(refused)  # with the end of control's log
        print(said)
        assert "only one may write into the database, and postroad control from" in said, said
        assert Server.PASSWORD not in said, said


def check_logs(folder):
    log = open(os.path.join(folder, "log", "control.log")).read()
    assert Server.PASSWORD not in log, "the database's password stands in the log"
    for event in ("database.lost", "database.away", "database.back"):
        assert event in log, f"no {event} in the log"
    return {outcome: log.count(f'"outcome":"{outcome}"') for outcome in ("done", "undone", "unknown")}


def main():
    # A commit that lasts is hit more often.
    with Server(settings=["commit_delay=50000", "commit_siblings=0"]) as server, Running(config(server.tls_uri)) as postroad:
        check_words(server.tls_uri)
        domain = postroad.accounts("a")[0]["address"].split("@")[1]
        stop = threading.Event()
        records = [Record() for _ in range(CLIENTS)]
        threads = [threading.Thread(target=create, args=(postroad, domain, records[i], stop, i)) for i in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for number in range(KILLS):
            time.sleep(BETWEEN_KILLS)
            (end_one, kill_one, kill_all)[number % 3](server)
            server.wait()
        time.sleep(BETWEEN_KILLS)
        stop.set()
        for thread in threads:
            thread.join()

        lost, undone, doubled = judge(server, records)
        accepted, refused, left = (sum(len(getattr(record, what)) for record in records) for what in ("accepted", "refused", "open"))
        outcomes = check_logs(postroad.folder)
        print(f"{KILLS} kills: {accepted} accepted, {refused} told to try again, {left} left open, lost commits {outcomes}; "
              f"{len(lost)} lost, {len(undone)} done all the same, {doubled} doubled")
        unexpected = [each for record in records for each in record.unexpected]
        assert not unexpected, unexpected[:5]
        assert accepted > 30, "too little work to tell anything"
        # The judge itself: one record altered, and it must say so.
        assert judge(server, [altered(accepted=["never-made"])])[0] and judge(server, [altered(refused=records[0].accepted[:1])])[1]
        assert not (lost or undone or doubled), (lost[:5], undone[:5])

        # All of it reaches the cluster, in the end.
        until = time.monotonic() + 60
        while (waiting := server.sql("SELECT sum(queued) FROM clusters")) != "0":
            assert time.monotonic() < until, f"{waiting} changes wait still"
            time.sleep(0.2)
        with App(postroad) as app:
            mailbox = records[0].accepted[-1]
            assert 'PROVISIONING_STATE="' in app.ask(f'GET_MAILBOX domain="{domain}" mailbox="{mailbox}"')[1]
    print("1 passed, 0 failed")


def altered(**what):
    record = Record()
    for name, value in what.items():
        setattr(record, name, value)
    return record


if __name__ == "__main__":
    main()
