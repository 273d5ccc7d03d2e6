"""What migrations cost, measured: `migration_measure.py [MESSAGES]` pulls that many messages (20,000) of 4 KiB by IMAP from a Dovecot
beside it, then one of 40 MiB by IMAP and by POP3, and prints rates and what of memory the cluster had at most. No test: it judges
nothing."""

import re
import sys
import time

from demo import Demo
from dovecot import PASSWORD
from foreign import Foreign, Migrations, contents

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
USERS = 4


def memory(demo, what="VmHWM"):
    """MiB of the cluster's process."""
    with open(f"/proc/{demo.read_endpoints()['clusters']['a']['pid']}/status") as file:
        return int(re.search(rf"{what}:\s+(\d+)", file.read())[1]) / 1024


def forget_peak(demo):
    with open(f"/proc/{demo.read_endpoints()['clusters']['a']['pid']}/clear_refs", "w") as file:
        file.write("5")


def measured(demo, migrations, job, rows):
    forget_peak(demo)
    before = memory(demo, "VmRSS")
    began = time.monotonic()
    migrations.add(job, rows)
    items = migrations.finish(job, 600)
    took = time.monotonic() - began
    assert all(each[1] == "done" for each in items), migrations.run("list", "--job", job)
    come = sum(each[2] for each in items)
    print(f"{job}: {come} messages in {took:.1f} s: {come / took:.0f} a second; memory {before:.0f} MiB before, {memory(demo):.0f} MiB at most", flush=True)


def main():
    with Foreign() as far, Demo() as demo:
        migrations = Migrations(demo)

        def row(number, user, method="imap4"):
            port = far.pop3 if method == "pop3" else far.imap
            return (demo.account(number)[0], f"127.0.0.1:{port}", user, PASSWORD, method, "yes", "", "")

        began = time.monotonic()
        far.fill("one@far.example", COUNT // 2, size=4096)
        for user in range(USERS):
            far.fill(f"u{user}@far.example", COUNT // 2 // USERS, size=4096)
        far.fill("large@far.example", 1, size=40 << 20)
        print(f"filled in {time.monotonic() - began:.0f} s", flush=True)
        measured(demo, migrations, "one mailbox", [row(0, "one@far.example")])
        measured(demo, migrations, f"{USERS} mailboxes", [row(1 + user, f"u{user}@far.example") for user in range(USERS)])
        measured(demo, migrations, "again", [row(0, "one@far.example")])
        measured(demo, migrations, "40 MiB by IMAP", [row(5, "large@far.example")])
        measured(demo, migrations, "40 MiB by POP3", [row(6, "large@far.example", "pop3")])
        theirs = contents(far.client("large@far.example"))["INBOX"]
        for number in (5, 6):
            assert contents(demo.imap(number))["INBOX"][0][0] == theirs[0][0]


if __name__ == "__main__":
    main()
