"""Drill 1, provisioning overload (cluster B): a badly configured script floods provisioning with change requests, many of them
invalid. Other resellers' requests go on. The operators see it, find the client that causes it, pause provisioning, clear that
client's requests, restart, and drain the backlog in order. Mail never notices.

    drill_1.py [--keep FOLDER] [--measure]

--keep: the records are copied there. --measure: nothing is judged; quiet and loaded times take turns, and the ratios of their
latencies are printed.
"""

import argparse
import contextlib
import json
import re
import shutil
import time
import urllib.request

import drill_1_judge
import mail_judge
from changes import changes_of, requests
from day import Day
from drill_1_judge import CLUSTER, FLOOD, FLOOD_CLIENT, HISTORY, OTHER, PROBED, PROBE_INTERVAL
from flood import HASH, PASSWORD, Flood, ask_settlements, place_of
from mail_traffic import MailTraffic, look
from measure import measure
from ordinary import Ordinary, addresses_there, sign_in
from provisioning_clients import App

# Hashing chosen passwords is what keeps provisioning busy, on one core; answers may take long on a machine that has much else to do.
HASHING = """
[runtime]
pool_threads = 1
[sign_in]
hash_passes = 8
"""
CONFIG = HASHING + f"""
[provisioning]
answer_wait = "3 s"
[status]
probe_interval = "{PROBE_INTERVAL:.0f} s"
probe_timeout = "1 min"
"""
UNFAIR = HASHING + """
[provisioning]
answer_wait = "0 s"
fair = false
"""
UNFAIR_ROUNDS, UNFAIR_SESSIONS = 80, (32, 8)

ROUNDS = 500          # of nine requests
ALARM = 900           # changes that wait for a cluster: the operators look into it
MET = 12              # ordinary requests that are to meet the flood, and the pause, before the day goes on
TRIED = 6             # of the flood's mailboxes, and as many that were cancelled
GLIMPSED = range(1, 36, 3)  # sessions of the flood whose renamed mailbox is watched


class Drill:
    def __init__(self, day):
        self.day, self.postroad = day, day.postroad

    def ordinary_since(self, t0):
        """Ordinary requests for the cluster that were asked and answered since."""
        return [each for each in requests(self.day.records(f"ordinary.{OTHER}.{CLUSTER}")) if each["t0"] >= t0]

    def queue(self):
        return next(each for each in self.day.operate("state", record=self.watcher)["clusters"] if each["cluster"] == CLUSTER)

    def look_at_queue(self, record):
        self.day.operate("state", record=record)

    def glimpse(self, record):
        """Where the renamed mailboxes are, as mail sees it: their next few names."""
        domain = f"{FLOOD}-{CLUSTER}.test"
        names = {f"slot{session}-{generation}@{domain}": (f"slot{session}", generation)
                 for session in GLIMPSED for generation in range(self.seen.get(f"slot{session}", 0), self.seen.get(f"slot{session}", 0) + 8)}
        with record.doing("glimpse") as told:
            there, told["seen"] = addresses_there(self.postroad.at(CLUSTER, "smtp")[1], list(names)), {}
            for address, is_there in there.items():
                if is_there:
                    told["seen"].setdefault(names[address][0], []).append(names[address][1])
            self.seen |= {slot: max(generations) for slot, generations in told["seen"].items()}

    def look_at_metrics(self):
        port = self.postroad.endpoints["control"]["metrics"]["port"]
        with self.day.operator.doing("metrics") as told, urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=60) as answer:
            told["refused"] = sum(float(each) for each in re.findall(r"(?m)^postroad_control_refused_total\S* (\S+)$", answer.read().decode()))

    def play(self):
        """The day, from its quiet beginning to its quiet end."""
        day, self.seen = self.day, {}
        self.watcher = day.recorder("watcher")
        with contextlib.ExitStack() as traffic:
            traffic.enter_context(MailTraffic(self.postroad, day.folder))
            traffic.enter_context(Ordinary(day, OTHER))
            traffic.enter_context(day.watching_status())
            traffic.enter_context(day.watching("monitor", self.look_at_queue))
            traffic.enter_context(day.watching("passer-by", self.glimpse))
            day.until(lambda: len(self.ordinary_since(0)) >= MET, "ordinary requests")
            self.look_at_metrics()
            day.say("a quiet day; the script starts")
            flood = Flood(day, place_of(day, FLOOD, OTHER, CLUSTER), FLOOD_CLIENT, ROUNDS)
            self.find_the_cause()
            self.stop_provisioning(flood)
            self.clear_and_restart()
            self.look_at_metrics()
        with contextlib.closing(day.recorder("reader")) as reader:
            day.states(reader)

    def find_the_cause(self):
        day = self.day
        day.until(lambda: self.queue()["length"] >= ALARM, "the alarm")
        alarmed = time.monotonic()
        self.cause = self.queue()["heaviest"][0]["client"]
        day.say(f"the alarm: {self.queue()['length']} wait, most of them of {self.cause}")
        day.until(lambda: len(self.ordinary_since(alarmed)) >= MET, "ordinary requests that meet the flood")

    def stop_provisioning(self, flood):
        day = self.day
        day.operate("pause", CLUSTER)
        paused = time.monotonic()
        day.say("provisioning is paused")
        day.until(lambda: day.states(self.watcher)[PROBED] == "Degraded", "Degraded")
        day.post("--title", "Provisioning delayed", "--component", PROBED, "--state", "degraded", "--text",
                 "Provisioning of cluster B is stopped while we look into a high load. Changes are accepted and queued. Mail is not affected.")
        day.until(flood.is_over, "the end of the script")
        flood.join()
        day.until(lambda: len(self.ordinary_since(paused)) >= MET, "ordinary requests during the pause")
        day.say("the script has ended")

    def clear_and_restart(self):
        day = self.day
        which = ("--client", self.cause, "--cluster", CLUSTER)
        plan = day.operate("cancel", *which, "--dry-run")["cancellation"]
        done = day.operate("cancel", *which)["cancellation"]
        day.say(f"cancelled {done['cancelled']} (planned {plan['matched']}), too late for {done['too_late']}")
        day.post("--number", "1", "--state", "degraded", "--text", "A script was the cause. Its requests are cleared; all others are being processed.")
        day.operate("resume", CLUSTER)
        resumed = time.monotonic()
        day.until(lambda: self.queue()["length"] == 0, "the drained queue")
        day.say("the queue is drained")
        self.repent()
        day.until(lambda: len(self.ordinary_since(resumed)) >= MET, "ordinary requests after it")
        day.post("--number", "1", "--state", "online", "--text", "All queued changes are processed. Mail was available throughout.")
        day.until(lambda: set(day.states(self.watcher).values()) == {"Online"}, "all Online")
        day.say("all is Online")

    def repent(self):
        """The reseller whose script it was goes on as others do."""
        with contextlib.closing(self.day.recorder("repentant", company=FLOOD, cluster=CLUSTER, face="app", session=0)) as record:
            session = App(self.postroad, self.day.administrators[FLOOD])
            with record.doing("request", wants="accept", kind="create", object="sorry") as told:
                reply = session("CREATE_MAILBOX", domain=f"{FLOOD}-{CLUSTER}.test", mailbox="sorry", workgroup="staff", password=HASH)
                told |= {"change": reply["change"], "state": reply["state"]}
            session.close()

    def look_back(self):
        """What became of each change, what is where, and what the archive says."""
        day = self.day
        changes = changes_of(day.records())
        for company in (FLOOD, OTHER):
            for cluster in ("a", "b"):
                mine = [each.id for each in changes if (each.company, each.cluster) == (company, cluster)]
                if mine:
                    ask_settlements(day, company, cluster, mine)
        day.operate("history", "--cluster", CLUSTER, "--most", str(HISTORY))
        day.operate("levers", "--most", "100")
        names = drill_1_judge.expected_there(changes_of(day.records()))
        for cluster in ("a", "b"):
            with day.operator.doing("there") as told:
                told["there"] = addresses_there(self.postroad.at(cluster, "smtp")[1], [each for each in names if each.endswith(f"-{cluster}.test")])
        self.try_boxes(changes_of(day.records()))
        with day.operator.doing("archive") as told:
            told["page"] = day.get("/archive")
            told["incident"] = json.loads(day.get("/api/v2/incidents.json"))["incidents"][0]
        look(self.postroad, day.folder)
        day.say("looked at what became of it all")


    def try_boxes(self, changes):
        """Some of the flood's mailboxes that were made, and some that were not, with the passwords that were chosen for them."""
        boxes = [each for each in changes if each.client == FLOOD_CLIENT and each.kind == "create" and each.object.startswith("box")]
        for state in ("applied", "cancelled"):
            for each in [box for box in boxes if box.state == state][:TRIED]:
                with self.day.operator.doing("try box", object=each.object, state=state):
                    sign_in(self.postroad.at(CLUSTER, "pop3s")[1], self.postroad.ca, f"{each.object}@{FLOOD}-{CLUSTER}.test",
                            PASSWORD.format(each.object.removeprefix("box")))


def play_unfairly(day):
    """A short flood where changes go out in the order of acceptance, and the operators clear it as before."""
    day.begin_again(UNFAIR, "unfair")
    with Ordinary(day, OTHER, (CLUSTER,), "unfair"):
        flood = Flood(day, place_of(day, FLOOD, OTHER, CLUSTER, "unfair"), FLOOD_CLIENT, UNFAIR_ROUNDS, UNFAIR_SESSIONS)
        day.until(flood.is_over, "the end of the script")
        flood.join()
        day.until(lambda: len(drill_1_judge.meetings(day.records())) >= MET, "ordinary requests that meet the flood")
        day.operate("cancel", "--client", FLOOD + ".adm")
    day.until(lambda: all(each["length"] == 0 for each in day.operate("state")["clusters"]), "the drained queue")
    for company in (FLOOD, OTHER):
        ask_settlements(day, company, CLUSTER, [each.id for each in changes_of(day.records()) if each.company == company])
    return day.records()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keep")
    parser.add_argument("--measure", action="store_true")
    arguments = parser.parse_args()
    with Day(CONFIG) as day:
        day.await_all_online()
        day.say("all is Online")
        if arguments.measure:
            return measure(day)
        drill = Drill(day)
        drill.play()
        drill.look_back()
        records = day.records()
        unfair = play_unfairly(day)
        day.say("the same without fairness")
        if arguments.keep:
            shutil.copytree(day.folder, arguments.keep, dirs_exist_ok=True)
    wrong = mail_judge.judge_mail(records) + drill_1_judge.judge(records)
    print("mail: " + mail_judge.counts(records))
    print("\n".join(drill_1_judge.counts(records)))
    unfairly = drill_1_judge.judge_overtaking(unfair)
    print(f"without fairness: {len(unfairly)} of {len(drill_1_judge.overtaking(unfair))} that met the flood did not overtake it")
    assert not wrong, f"{len(wrong)} broken:\n" + "\n".join(wrong[:40])
    met = drill_1_judge.overtaking(unfair)
    assert len(met) >= MET and len(unfairly) > len(met) / 2, f"without fairness ordinary changes overtook the flood: {unfairly}"


if __name__ == "__main__":
    main()
