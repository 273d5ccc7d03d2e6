"""How much mail feels of a flood: quiet and loaded times take turns, the clusters and the clients of mail on one core, control
and its clients on another. Prints for each thing that clients of mail do the 99th percentiles and their ratio."""

import collections
import os
import time

from drill_1_judge import CLUSTER, FLOOD, FLOOD_CLIENT, OTHER
from flood import Flood, place_of
from mail_judge import is_mail
from mail_traffic import MailTraffic

TURNS, SECONDS, ROUNDS = 4, 15, 1500


def pin(pid, core):
    """All of a process's threads, and those that it will have."""
    for thread in os.listdir(f"/proc/{pid}/task"):
        os.sched_setaffinity(int(thread), {core})


def percentile(values, share=0.99):
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def measure(day):
    """Needs two cores at least."""
    endpoints, spans = day.postroad.endpoints, []
    here, there = sorted(os.sched_getaffinity(0))[:2]
    for cluster in endpoints["clusters"].values():
        pin(cluster["pid"], there)
    for plane in ("control", "status"):
        pin(endpoints[plane]["pid"], here)
    os.sched_setaffinity(0, {here})
    mail = MailTraffic(day.postroad, day.folder)
    with mail:
        for process in mail.processes:
            pin(process.pid, there)
        for turn in range(TURNS):
            spans.append(("quiet", time.monotonic(), time.monotonic() + SECONDS))
            time.sleep(SECONDS)  # the length of the measurement, not a wait for anything
            flood = Flood(day, place_of(day, FLOOD, OTHER, CLUSTER, f"turn{turn}"), f"{FLOOD_CLIENT}{turn}", ROUNDS)
            time.sleep(5)        # its sessions are opened
            spans.append(("loaded", time.monotonic(), time.monotonic() + SECONDS))
            time.sleep(SECONDS)
            flood.process.terminate()
            day.operate("cancel", "--client", FLOOD + ".adm")
            day.until(lambda: all(each["length"] == 0 for each in day.operate("state")["clusters"]), "the drained queue")
            day.say(f"turn {turn + 1} of {TURNS}")
    show(day.records(), spans)


def show(records, spans):
    took = collections.defaultdict(lambda: collections.defaultdict(list))
    for each in records:
        for kind, begin, end in spans:
            if is_mail(each) and each["ok"] and each["op"] != "all" and begin <= each["t0"] and each["t1"] <= end:
                took[(each["client"], each["op"])][kind].append(each["t1"] - each["t0"])
    print(f"{'client':20} {'what':10} {'quiet p99':>12} {'loaded p99':>12} {'ratio':>6}   of")
    for what, values in sorted(took.items()):
        if min(len(values["quiet"]), len(values["loaded"])) >= 100:
            quiet, loaded = percentile(values["quiet"]), percentile(values["loaded"])
            print(f"{what[0]:20} {what[1]:10} {quiet * 1000:9.1f} ms {loaded * 1000:9.1f} ms {loaded / quiet:6.2f}   "
                  f"{len(values['quiet'])} and {len(values['loaded'])}")
    wrong = [each for each in records if is_mail(each) and not each["ok"]]
    print(f"{len(wrong)} errors: {[each.get('error') for each in wrong[:5]]}")
