"""Control moves from SQLite to PostgreSQL and back, as docs/operations.md tells: mailboxes, queues and the feed go on."""

import os
import subprocess

from app import App, Refused
from running import BINARY, Running
from server import Server


def copy(source, target):
    done = subprocess.run([BINARY, "database", "copy", source, target], capture_output=True, text=True, timeout=120)
    print(done.stdout + done.stderr, end="")
    assert Server.PASSWORD not in done.stdout + done.stderr
    return done


def refused(done, why):
    assert done.returncode == 1 and why in done.stderr, (why, done)


def use(postroad, database):
    with open(os.path.join(postroad.folder, "postroad.toml"), "w") as file:
        file.write(f'[control]\ndatabase = "{database}"\n')


def create(postroad, domain, mailbox):
    with App(postroad) as app:
        made = app.ask(f'CREATE_MAILBOX domain="{domain}" mailbox="{mailbox}" workgroup="staff" password="of-{mailbox}"')
        settled = app.ask('WAIT_CHANGE change="%s" seconds="20"' % made[1].split('CHANGE="')[1].split('"')[0])
        assert 'STATE="applied"' in settled[1], settled


def check(postroad, domain, mailboxes):
    with App(postroad) as app:
        for mailbox in mailboxes:
            app.ask(f'VERIFY_PASSWORD domain="{domain}" mailbox="{mailbox}" password="of-{mailbox}"')
        try:
            app.ask(f'CREATE_MAILBOX domain="{domain}" mailbox="{mailboxes[0]}" workgroup="staff" password="x"')
            raise AssertionError("a name was given twice")
        except Refused as refusal:
            assert refusal.number == 16, refusal


def main():
    with Server() as server, Running() as postroad:
        domain = postroad.accounts("a")[0]["address"].split("@")[1]
        first = os.path.join(postroad.folder, "control", "control.db")
        second = os.path.join(postroad.folder, "second.db")
        create(postroad, domain, "one")
        refused(copy(first, server.tls_uri), "control is running on it: stop it first")

        postroad.stop()
        refused(copy(first, server.tls_uri.replace("/postroad?", "/nowhere?")), 'database "nowhere" does not exist')
        refused(copy(first + ".none", server.tls_uri), "can't open")
        moved = copy(first, server.tls_uri)
        assert moved.returncode == 0 and "users" in moved.stdout, moved
        refused(copy(first, server.tls_uri), "the target is not empty")

        use(postroad, server.tls_uri)
        postroad.start()
        check(postroad, domain, ["one"])
        create(postroad, domain, "two")
        refused(copy(server.tls_uri, second), "only one may write into the database, and postroad control from")

        postroad.stop()
        moved = copy(server.tls_uri, second)
        assert moved.returncode == 0, moved
        use(postroad, second)
        postroad.start()
        check(postroad, domain, ["one", "two"])
        create(postroad, domain, "three")
    print("1 passed, 0 failed")


if __name__ == "__main__":
    main()
