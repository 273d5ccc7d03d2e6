"""Drill 4, wrong statistics: a counter of a mailbox on a cluster, and a roll-up at control, become other than what they are made
of, while mail flows on both clusters. Both are found, marked as under correction with the time that figures are good for, and put
right, all within one cycle of the verifiers; the status page says Online, with a note; mail does not notice.

The counter is altered within the cluster's process (planted/planted.cc): only there can it be while people are connected.
"""

import contextlib
import os
import sqlite3
import time
import urllib.request

os.environ["POSTROAD"] = os.environ.get("POSTROAD", "build/release/postroad") + "_planted"

import mail_judge  # noqa: E402
import records as writing  # noqa: E402
import statistics_judge  # noqa: E402
from day import Day  # noqa: E402
from mail_traffic import USED, MailTraffic, look  # noqa: E402
from provisioning_clients import Oma  # noqa: E402

CONFIG = """
[statistics]
report_every = "1 s"
verify_cycle = "8 s"
mend_after = "2 s"
"""
CLUSTERS = ("a", "b")
NOTE = "Statistics are being corrected"
BEGUN = 20  # messages of each domain before anything is altered, and after it is right again


class Statistics:
    """What administrators see of statistics, over OMA; and whether their domains bear a mark now."""

    def __init__(self, day):
        self.day = day
        self.domains = sorted({each["address"].split("@")[1] for cluster in CLUSTERS for each in day.postroad.accounts(cluster)[:USED]})
        self.marked, self.messages = {}, {}
        self.clients = {name: Oma(day.postroad, who) for name, who in day.administrators.items()}

    def look(self, record, op, kind, of):
        """Everything that was ever counted of it."""
        with record.doing(op, object=of) as told:
            seen = self.clients[of.split("@")[-1].split("-")[0]]("stats_summary", type=kind, object=of, by="month")
            of_all = {name: sum(each[member] for each in seen["summary"][part])
                      for name, part, member in (("in", "messages", "in"), ("appended", "messages", "appended"), ("imap4", "logins", "imap4"), ("pop3", "logins", "pop3"))}
            mark = seen["under_correction"][-1] if seen["under_correction"] else {}
            told.update(of_all, as_of=seen["as_of"], marked=bool(mark), found_at=mark.get("found_at"), good_until=mark.get("good_until"))
        if record.failed:
            raise record.failed
        return told

    def look_at_domains(self, record):
        for domain in self.domains:
            seen = self.look(record, "figures", "domain", domain)
            self.marked[domain], self.messages[domain] = seen["marked"], seen["in"]

    def look_at_all(self, op):
        with contextlib.closing(self.day.recorder(op)) as record:
            for cluster in CLUSTERS:
                for account in self.day.postroad.accounts(cluster)[:USED]:
                    self.look(record, op, "user", account["address"])
            for domain in self.domains:
                self.look(record, op, "domain", domain)

    def await_complete(self, least):
        """Until all that was done before this moment is in the figures."""
        with contextlib.closing(self.day.recorder("complete")) as record:
            for domain in self.domains:
                self.day.until(lambda domain=domain: (self.look(record, "as-of", "domain", domain)["as_of"] or 0) > least, f"figures of {domain} as of {least}")


def count_cycles(day, record):
    """How often each verifier has come through everything."""
    metrics = {"control": day.postroad.endpoints["control"], **day.postroad.endpoints["clusters"]}
    for verifier, endpoints in metrics.items():
        at = endpoints["metrics"]
        with record.doing("cycles", verifier=verifier) as told, urllib.request.urlopen(f"http://{at['host']}:{at['port']}/metrics", timeout=60) as answer:
            lines = answer.read().decode().splitlines()
            told["count"] = sum(int(float(line.split()[-1])) for line in lines if line.startswith("postroad_statistics_cycles_total"))


def look_at_page(day, record):
    with record.doing("page") as told:
        told["has_note"] = NOTE in day.get("/")


def alter(day, statistics, what, objects, verifiers, work):
    with day.operator.doing("alter", what=what, objects=objects, verifiers=verifiers):
        work()
    day.say(f"{what} is other than what it is made of")
    found = day.until(lambda: [each for each in objects if statistics.marked[each]], f"a mark for {what}")
    day.say(f"found: figures of {', '.join(found)} are under correction")
    return found


def await_right(day, statistics):
    day.until(lambda: not any(statistics.marked.values()), "that nothing is marked any more")
    seen = dict(statistics.messages)
    day.until(lambda: all(statistics.messages[each] >= seen[each] + BEGUN for each in seen), "more mail")
    day.say("put right")


def alter_rollup(day, domain):
    """The figures of a month of a domain, in control's database."""
    with contextlib.closing(sqlite3.connect(os.path.join(day.postroad.folder, "control", "control.db"), timeout=60)) as database, database:
        changed = database.execute("UPDATE statistics SET messages_in = messages_in + 1000 WHERE scope = 'domain' AND period = 'month' AND object = "
                                   "(SELECT id FROM domains WHERE name = ?) AND start = (SELECT max(start) FROM statistics WHERE period = 'month')", (domain,)).rowcount
        assert changed == 1, changed


def play(day, planted):
    statistics = Statistics(day)
    day.await_all_online()
    statistics.await_complete(0)
    statistics.look_at_all("before")
    day.operator.write("clock", time.monotonic(), offset=writing.wall_offset())
    with (day.watching_status(), day.watching("page", lambda record: look_at_page(day, record)), day.watching("verifiers", lambda record: count_cycles(day, record)),
          day.watching("figures", statistics.look_at_domains), MailTraffic(day.postroad, day.folder)):
        day.until(lambda: len(statistics.messages) == len(statistics.domains) and min(statistics.messages.values()) >= BEGUN, "mail")
        alter(day, statistics, "a counter of a cluster", statistics.domains, list(CLUSTERS), lambda: open(planted, "w").close())
        day.post("--title", NOTE, "--state", "online", "--text", "Figures of some domains are wrong; they are marked, and being put right. Mail is not concerned.")
        await_right(day, statistics)
        domain = statistics.domains[-1]
        alter(day, statistics, "a roll-up of control", [domain], ["control"], lambda: alter_rollup(day, domain))
        await_right(day, statistics)
    statistics.await_complete(int(time.time()))
    statistics.look_at_all("after")
    look(day.postroad, day.folder)


def main():
    with contextlib.ExitStack() as exits:
        day = Day(CONFIG)
        planted = os.environ["POSTROAD_PLANTED"] = os.path.join(day.postroad.folder, "planted")
        exits.enter_context(day)
        play(day, planted)
        seen = day.records()
    wrong = mail_judge.judge_mail(seen) + statistics_judge.judge_statistics(seen)
    print(mail_judge.counts(seen))
    print(statistics_judge.counts(seen))
    print("\n".join(wrong) or "all held")
    raise SystemExit(bool(wrong))


if __name__ == "__main__":
    main()
