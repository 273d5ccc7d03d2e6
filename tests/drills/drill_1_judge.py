"""What must hold in drill 1, by the records of its clients. Each function gives sentences that begin with their kind; none
where all was well."""

import collections
import math

from changes import changes_of, commands, requests

FLOOD, OTHER, CLUSTER = "north", "south", "b"
FLOOD_CLIENT = "flood"
PROBED = "b-provisioning"
PROBE_INTERVAL = 1.0     # seconds; what the drill sets
PENDING_LEAST = 200      # of the flood's changes, before overtaking them says something
OVERTAKEN_LEAST = 0.5    # of those
UNDER_WAY = 24           # changes that may be in a feed or being hashed while that is slow: 16 and 8
DRAIN_FACTOR = 2         # between the expected drain time and what the clients saw
RATE_SECONDS = 5         # the operators' average, as docs/provisioning.md has it
RATE_AFTER = 5           # seconds in which what was before the flood stops counting
HISTORY = 10_000


def only(records, what):
    assert len(records) == 1, f"{what}: {len(records)}"
    return records[0]


def paused_between(records):
    """From when it was surely paused until it was maybe not."""
    return only(commands(records, "pause", CLUSTER), "pause")["t1"], only(commands(records, "resume", CLUSTER), "resume")["t0"]


def of_flood(changes):
    return [each for each in changes if each.client == FLOOD_CLIENT]


def judge_acceptance(records):
    """What makes sense is accepted, also while paused; nonsense is refused with its number, and is a third."""
    wrong = [f"answer: {each['client']} {each['kind']} {each['object']} wanted {each['wants']}, was told {each.get('error', each.get('state'))}"
             for each in requests(records) if not each["ok"]]
    flood = [each for each in requests(records) if each["client"] == FLOOD_CLIENT]
    nonsense = sum(each["wants"] != "accept" for each in flood)
    rounds = only([each for each in records if each["op"] == "flood" and each["client"] == FLOOD_CLIENT], "flood")["rounds"]
    if nonsense != 3 * rounds or abs(nonsense / len(flood) - 1 / 3) > 0.02:
        wrong.append(f"third: {nonsense} of {len(flood)} requests of the flood were nonsense, of {rounds} rounds")
    return wrong


def judge_refusals(records):
    """The operators' monitoring counts those that were refused: as many as clients were told."""
    looks = [each for each in records if each["op"] == "metrics"]
    counted = looks[-1]["refused"] - looks[0]["refused"]
    told = sum("refusal" in each for each in requests(records) if looks[0]["t1"] <= each["t0"] and each["t1"] <= looks[-1]["t0"])
    return [] if counted == told and told > 0 else [f"refused: {counted} were counted, {told} were told"]


def low(values):
    """Of ten the lowest: what work takes at least."""
    return sorted(values)[len(values) // 10]


def judge_slowing(records):
    """Who sends nonsense waits before each request; others, who ask meanwhile, don't."""
    flood = [each for each in requests(records) if each["client"] == FLOOD_CLIENT]
    begin, end = min(each["t0"] for each in flood), max(each["t1"] for each in flood)
    late = [each["t1"] - each["t0"] for each in flood[len(flood) // 4:] if each["wants"] != "accept"]
    others = [each["t1"] - each["t0"] for each in records if each["op"] == "look-up" and begin <= each["t0"] and each["t1"] <= end]
    if not others:
        return ["slowed: nobody else asked for anything during the flood"]
    return [] if low(late) > low(others) else [f"slowed: the flood's nonsense took {low(late):.3f} s at least, others' requests {low(others):.3f} s"]


def judge_accounts(records):
    """Of the flood: cancelled + applied + refused = accepted, exactly. Of all others everything is applied."""
    wrong, changes = [], changes_of(records)
    for id, count in collections.Counter(each.id for each in changes).items():
        if count > 1:
            wrong.append(f"doubled: {count} requests were answered with the change {id}")
    for id, count in collections.Counter(each["change"] for each in records if each["op"] == "settlement").items():
        if count > 1:
            wrong.append(f"doubled: the change {id} was settled {count} times")
    states = collections.Counter(each.state for each in of_flood(changes))
    if states["cancelled"] + states["applied"] + states["refused"] != len(of_flood(changes)):
        wrong.append(f"lost: of {len(of_flood(changes))} accepted of the flood {dict(states)}")
    wrong += [f"lost: {each.company}'s {each.kind} {each.object} is {each.state}" for each in changes if each.client != FLOOD_CLIENT and each.state != "applied"]
    wrong += [f"untrue: {each.kind} {each.object} was told to be applied and is {each.state}" for each in changes if each.told == "applied" != each.state]
    cancelled = sum(each["answer"]["cancellation"]["cancelled"] for each in commands(records, "cancel") if "--dry-run" not in each["words"])
    if states["cancelled"] != cancelled or not cancelled:
        wrong.append(f"cancelled: the operators were told of {cancelled}, the flood's clients of {states['cancelled']}")
    return wrong


def judge_history(records):
    """The queue's history has each change once, the applied ones with a place in the feed of their own."""
    rows = [each for record in commands(records, "history", "--cluster", CLUSTER) for each in record["answer"]["changes"]]
    wrong = [f"doubled: {id} stands {count} times in the history" for id, count in collections.Counter(each["id"] for each in rows).items() if count > 1]
    places = collections.Counter(each["position"] for each in rows if each["state"] == "applied")
    wrong += [f"doubled: {count} changes were at position {position}" for position, count in places.items() if count > 1]
    known = {each["id"]: each["state"] for each in rows}
    wrong += [f"lost: the history says that {each.kind} {each.object} is {known.get(each.id)}, its client {each.state}"
              for each in changes_of(records) if each.cluster == CLUSTER and known.get(each.id) != each.state]
    return wrong


def by_thing(changes):
    made = collections.defaultdict(list)
    for each in changes:
        made[each.thing].append(each)
    return made


def judge_order(records):
    """The changes of one object reach the cluster in the order of acceptance, and after one that was cancelled none of its is applied."""
    wrong = []
    for thing, changes in by_thing(each for each in changes_of(records) if each.cluster == CLUSTER).items():
        applied = [each for each in changes if each.state == "applied"]
        if any(later.position <= sooner.position or later.not_after < sooner.not_before for sooner, later in zip(applied, applied[1:])):
            wrong.append(f"order: {thing} had {[(each.kind, each.position) for each in applied]}")
        if changes[:len(applied)] != applied:
            wrong.append(f"order: {thing} is {[(each.kind, each.state) for each in changes]}")
    return wrong


def names_of(change, generation):
    """The name that it makes, if it makes one, and the one that it takes away. A slot's mailbox has a name of its generation."""
    domain = f"{change.company}-{change.cluster}.test"
    if change.kind == "rename":
        return f"{change.object}-{generation}@{domain}", f"{change.object}-{generation - 1}@{domain}"
    name = f"{change.object}-0@{domain}" if change.object.startswith("slot") else f"{change.object}@{domain}"
    return (name, None) if change.kind in ("create", "alias") else (None, name if change.kind == "delete" else None)


def expected_there(changes):
    """All names that the changes mention, and whether they exist after those that were applied."""
    there = {}
    for changes_of_thing in by_thing(changes).values():
        generation = 0
        for change in changes_of_thing:
            generation += change.kind == "rename"
            made, taken = names_of(change, generation)
            for name, is_there in ((made, True), (taken, False)):
                if name and change.state == "applied":
                    there[name] = is_there
                elif name:
                    there.setdefault(name, False)
    return there


def judge_cluster(records):
    """What the clusters take mail for in the end is what the applied changes amount to."""
    there = {name: is_there for each in records if each["op"] == "there" for name, is_there in each.get("there", {}).items()}
    expected = expected_there(changes_of(records))
    wrong = [f"cluster: {name} is {'' if there.get(name) else 'not '}there" for name, is_there in expected.items() if there.get(name) != is_there]
    wrong += [f"cluster: {each['object']} was told to be applied and did not open: {each.get('error')}" for each in records if each["op"] == "try" and not each["ok"]]
    tried = [each for each in records if each["op"] == "try box"]
    wrong += [f"cluster: {each['object']}, {each['state']}, {'opened' if each['ok'] else 'did not open'}" for each in tried if each["ok"] != (each["state"] == "applied")]
    return wrong if {each["state"] for each in tried} == {"applied", "cancelled"} else [*wrong, "cluster: nobody tried the flood's mailboxes"]


def judge_glimpses(records):
    """Who looked at the cluster meanwhile saw no mailbox go back to a name that it had before."""
    wrong, last = [], {}
    for each in records:
        if each["op"] != "glimpse":
            continue
        for slot, generations in each["seen"].items():
            if generations and min(generations) < last.get(slot, 0):
                wrong.append(f"order: {slot} had the name {min(generations)} after {last[slot]}")
            last[slot] = max([last.get(slot, 0), *generations])
    return wrong if max(last.values(), default=0) > 0 else ["order: nobody saw a mailbox change its name"]


def overtaking(records):
    """Of each ordinary change for the cluster that was accepted while much of the flood waited, before the pause: how many of the
    flood's had been accepted before it and were not settled, and how many of those were settled after it for sure. One that came
    so shortly before the pause that only what was under way at the cluster came before it is left out."""
    changes, pauses = changes_of(records), commands(records, "pause", CLUSTER)
    until = pauses[0]["t0"] if pauses else math.inf
    flood, made = of_flood(changes), []
    for each in changes:
        if each.client.startswith("ordinary.") and each.cluster == CLUSTER and each.state == "applied" and each.answered <= until:
            pending = [it for it in flood if it.answered <= each.asked and it.not_before >= each.asked]
            is_cut_off = each.not_after > until and sum(each.asked <= it.not_after and it.not_before <= until for it in flood) <= UNDER_WAY
            if len(pending) >= PENDING_LEAST and not is_cut_off:
                made.append((each, len(pending), sum(it.not_before >= each.not_after for it in pending)))
    return made


def meetings(records):
    """The ordinary requests that were accepted after all of the flood, whatever became of both."""
    floods = [each for each in records if each["op"] == "flood"]
    return [each for each in requests(records) if each["client"].startswith("ordinary.") and "change" in each and floods and each["t0"] >= floods[0]["t1"]]


def judge_overtaking(records, least=10):
    """Ordinary changes that were accepted after much of the flood, and before the pause, are applied before most of it."""
    met = overtaking(records)
    if len(met) < least:
        return [f"overtaking: only {len(met)} ordinary changes met the flood"]
    return [f"overtaking: {each.kind} {each.object} of {each.client} overtook {overtook} of {pending}"
            for each, pending, overtook in met if overtook < OVERTAKEN_LEAST * pending]


def judge_pause(records):
    """While paused, requests for the cluster are accepted and say that they are queued; others' go on, whatever they were told: on a slow
    machine one may take longer than an answer waits."""
    begin, end = paused_between(records)
    during = [each for each in requests(records) if begin <= each["t0"] and each["t1"] <= end and "change" in each]
    here = [each for each in during if each["cluster"] == CLUSTER]
    wrong = [f"pause: {each['kind']} {each['object']} was told to be {each['state']}" for each in here if each["state"] != "queued"]
    waited = {each.id for each in changes_of(records) if each.cluster != CLUSTER and each.not_before > end}
    wrong += [f"pause: {each['kind']} {each['object']} for cluster {each['cluster']} waited for its end" for each in during if each["change"] in waited]
    wrong += [f"pause: {each.kind} {each.object} was applied meanwhile" for each in changes_of(records)
              if each.cluster == CLUSTER and each.state == "applied" and each.not_before > begin and each.not_after < end]
    ordinary = {each["client"] for each in requests(records) if each["client"].startswith("ordinary.") and each["cluster"] == CLUSTER}
    return wrong + [f"pause: {client} asked for nothing meanwhile" for client in ordinary - {each["client"] for each in here}]


class Sample:
    """A look at the queue, and what the clients know of that time."""

    def __init__(self, record, changes, pause_at):
        self.t0, self.t1 = record["t0"], record["t1"]
        self.row = only([each for each in record["answer"]["clusters"] if each["cluster"] == CLUSTER], "cluster")
        self.sure = [each for each in changes if each.answered <= self.t0 and each.not_before >= self.t1]
        self.maybe = [each for each in changes if each.asked <= self.t1 and each.not_after >= self.t0]
        # The probe is another client: two changes under way, and one more with each interval of the pause.
        self.probes = 2 + (1 + math.ceil((self.t1 - pause_at) / PROBE_INTERVAL) if self.t1 > pause_at else 0)
        self.pause_at = pause_at

    def wrong_length(self):
        least, most = len(self.sure), len(self.maybe) + self.probes
        return [] if least <= self.row["length"] <= most else [f"length: {self.row['length']} was shown, between {least} and {most} waited"]

    def wrong_age(self):
        least = max((self.t0 - each.answered for each in self.sure), default=0)
        most = max((self.t1 - each.asked for each in self.maybe), default=0)
        most = max(most, self.t1 - self.pause_at) if self.t1 > self.pause_at or not self.maybe else most
        is_right = least - 0.1 <= self.row["age_seconds"] <= max(most, 0 if self.maybe else PROBE_INTERVAL * 60) + 0.1
        return [] if is_right else [f"age: {self.row['age_seconds']:.1f} s was shown, between {least:.1f} and {most:.1f} was the oldest"]

    def wrong_heaviest(self):
        least, most = (sum(each.client == FLOOD_CLIENT for each in some) for some in (self.sure, self.maybe))
        shown = {each["client"]: each["queued"] for each in self.row["heaviest"]}.get(FLOOD + ".adm", 0)
        wrong = [] if least <= shown <= most + 1 else [f"heaviest: {shown} of the flood were shown, between {least} and {most} waited"]
        if least > len(self.maybe) / 2 + self.probes and self.row["heaviest"][0]["client"] != FLOOD + ".adm":
            wrong.append(f"heaviest: {self.row['heaviest'][0]['client']} was shown first")
        return wrong


def samples(records):
    changes = [each for each in changes_of(records) if each.cluster == CLUSTER]
    pause_at = only(commands(records, "pause", CLUSTER), "pause")["t0"]
    return [Sample(each, changes, pause_at) for each in records if each["client"] == "monitor" and each["op"] == "provisioning" and each["ok"]], changes


def judge_visibility(records):
    """The backlog's length, age and heaviest clients are shown at every moment, and are right; so is the expected drain time."""
    wrong = [f"invisible: {each.get('error')}" for each in records if each["client"] == "monitor" and not each["ok"]]
    looks, changes = samples(records)
    for each in looks:
        wrong += each.wrong_length() + each.wrong_age() + each.wrong_heaviest()
    if max((each.row["length"] for each in looks), default=0) < PENDING_LEAST:
        wrong.append("length: nobody saw the backlog")
    return wrong + judge_drain(looks, changes, only(commands(records, "pause", CLUSTER), "pause"), only(commands(records, "resume", CLUSTER), "resume"))


def judge_drain(looks, changes, pause, resume):
    """While paused nothing is expected. Otherwise it is the length by the rate that the clients saw."""
    wrong, told, begin = [], 0, min(each.answered for each in of_flood(changes))
    for each in looks:
        drains, length = each.row["drain_seconds"], each.row["length"]
        if pause["t1"] <= each.t0 and each.t1 <= resume["t0"] and drains is not None:
            wrong.append(f"drain: {drains} s were expected while paused")
        if each.t1 > pause["t0"] or each.t0 < begin + RATE_AFTER or length < PENDING_LEAST:
            continue
        if drains is None:
            wrong.append("drain: nothing was expected while changes were settled")
            continue
        told, rate = told + 1, settled_rate(changes, begin, each.t0)
        if not length / rate / DRAIN_FACTOR <= drains + 1 <= length / rate * DRAIN_FACTOR + 2:
            wrong.append(f"drain: {drains} s were expected, {length} waited, at {rate:.1f} a second")
    return wrong if told else [*wrong, "drain: nothing was ever expected"]


def settled_rate(changes, begin, at):
    """Changes a second, from when something always waited: an average in which what is five seconds old counts a third."""
    settled = [(each.not_before + each.not_after) / 2 for each in changes if each.state == "applied"]
    done = sum(math.exp((each - at) / RATE_SECONDS) for each in settled if begin <= each <= at)
    return max(done, 0.1) / (RATE_SECONDS * (1 - math.exp((begin - at) / RATE_SECONDS)))


def judge_status(records):
    """All Online until the pause; while paused provisioning of the cluster is Degraded, and nothing else; all Online in the end."""
    begin, end = paused_between(records)
    start = only(commands(records, "pause", CLUSTER), "pause")["t0"]
    looks = [each for each in records if each["client"] == "reader"]
    wrong = [f"status: {each.get('error')}" for each in looks if not each["ok"]]
    for each in looks:
        for component, state in each.get("states", {}).items():
            is_allowed = state == "Online" or (component == PROBED and state == "Degraded" and each["t1"] >= start)
            if not is_allowed:
                wrong.append(f"status: {component} was {state} {each['t0'] - start:+.1f} s from the pause")
    if not any(each["states"][PROBED] == "Degraded" for each in looks if begin <= each["t0"] and each["t1"] <= end):
        wrong.append("status: nobody saw that provisioning was Degraded")
    if any(state != "Online" for state in looks[-1]["states"].values()):
        wrong.append(f"status: in the end {looks[-1]['states']}")
    return wrong


def judge_archive(records):
    """The archive tells the day: one incident, of the cluster's provisioning, from Degraded to Online, with all that was posted, newest first."""
    posted = [each["words"][each["words"].index("--text") + 1] for each in sorted(records, key=lambda it: it["t0"]) if each["op"] == "incident"]
    archive = only([each for each in records if each["op"] == "archive"], "archive")
    places = [archive["page"].find(text) for text in reversed(posted)]
    wrong = [] if posted and -1 not in places and places == sorted(places) else [f"archive: the posts are at {places}"]
    updates = [(each["x_state"], each["body"]) for each in reversed(archive["incident"]["incident_updates"])]
    states = [each["words"][each["words"].index("--state") + 1] for each in sorted(records, key=lambda it: it["t0"]) if each["op"] == "incident"]
    told = [(state.lower(), body) for state, body in updates]
    return wrong if told == list(zip(states, posted)) else [*wrong, f"archive: {told}"]


def judge_operators(records):
    """They found who it was, and what they did is written down, in order."""
    wrong = []
    cancels = commands(records, "cancel")
    named = {each["words"][each["words"].index("--client") + 1] for each in cancels}
    if named != {FLOOD + ".adm"}:
        wrong.append(f"levers: {named} were cancelled")
    done = [each["words"][0] for each in records if each["op"] == "provisioning" and each["words"][0] in ("pause", "resume", "cancel", "hold", "release")
            and "--dry-run" not in each["words"]]
    levers = only(commands(records, "levers"), "levers")["answer"]["levers"]
    written = [each["action"] for each in reversed(levers)]
    return wrong if written == done else [*wrong, f"levers: {done} were pulled, {written} were written down"]


JUDGES = (judge_acceptance, judge_refusals, judge_slowing, judge_accounts, judge_history, judge_order, judge_cluster, judge_glimpses,
          judge_overtaking, judge_pause, judge_visibility, judge_status, judge_archive, judge_operators)


def judge(records):
    return [each for judgement in JUDGES for each in judgement(records)]


def counts(records):
    """For people to read."""
    flood, changes = [each for each in requests(records) if each["client"] == FLOOD_CLIENT], changes_of(records)
    states = collections.Counter(each.state for each in of_flood(changes))
    others = collections.Counter((each["cluster"], each["face"]) for each in requests(records) if each["client"].startswith("ordinary."))
    met, looks = overtaking(records), samples(records)[0]
    return [f"flood: {len(flood)} requests, {sum('refusal' in each for each in flood)} refused at acceptance, {len(of_flood(changes))} accepted: {dict(states)}",
            f"ordinary requests: {dict(others)}; {len(met)} met the flood, the least overtook {min((b / a for _, a, b in met), default=0):.2f} of what waited",
            f"queue: {len(looks)} looks, at most {max(each.row['length'] for each in looks)} waited, for {max(each.row['age_seconds'] for each in looks):.0f} s"]
