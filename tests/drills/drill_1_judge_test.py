"""drill_1_judge.py against a small day that was made up, one record of which is altered at a time: lost, doubled, reordered, late."""

import copy
import unittest

import drill_1_judge
from drill_1_judge import CLUSTER, FLOOD_CLIENT, PROBED

ROUNDS, BEGIN, PAUSE, CANCEL, RESUME = 120, 10.0, 30.0, 40.0, 45.0
APPLIED = 100  # of the flood, before the pause
COMPONENTS = ("a-imap", "a-provisioning", "b-imap", PROBED)


class MadeUp:
    """A day: the flood comes at 10, is paused at 30 and cancelled at 40; all else is applied at once, or when it is resumed at 45."""

    def __init__(self):
        self.records, self.history, self.position = [], [], 0
        self.flood()
        for cluster in ("a", CLUSTER):
            self.ordinary(cluster)
        self.operators()
        self.readers()
        self.monitor()
        self.look_back()
        self.records.sort(key=lambda each: each["t1"])

    def add(self, client, op, t0, t1=None, ok=True, **more):
        self.records.append({"client": client, "op": op, "t0": t0, "t1": t0 + 0.01 if t1 is None else t1, "ok": ok, **more})

    def request(self, client, cluster, kind, name, at, settled, state="applied", **more):
        """Accepted at a time, settled at another."""
        id = f"c{len(self.records)}"
        company = "north" if client == FLOOD_CLIENT else "south"
        told = "applied" if settled == at else "queued"
        self.add(client, "request", at, company=company, cluster=cluster, face="app", session=1, kind=kind, object=name, wants="accept", change=id, state=told, **more)
        applied_at = int(settled) if state == "applied" else 0
        self.add("settlements", "settlement", 70, company=company, cluster=cluster, change=id, state=state, applied_at=applied_at, offset=0, reason="")
        if cluster == CLUSTER:
            self.history.append((settled, {"id": id, "state": state, "position": 0}))

    def flood(self):
        for n in range(ROUNDS):
            at = BEGIN + n * 0.05
            for step, (kind, name) in enumerate((("create", f"box{n}"), ("quota", f"box{n}"), ("alias", "toggle1"), ("delete", "toggle1"))):
                count = n * 4 + step
                is_applied = count < APPLIED
                self.request(FLOOD_CLIENT, CLUSTER, kind, name, at + step * 0.01, 15 + count * 0.1 if is_applied else CANCEL + 1, "applied" if is_applied else "cancelled")
            self.request(FLOOD_CLIENT, CLUSTER, "create", f"brief{n}", at + 0.04, CANCEL + 1, "cancelled")
            self.request(FLOOD_CLIENT, CLUSTER, "delete", f"brief{n}", at + 0.05, CANCEL + 1, "cancelled")
            for _ in range(3):
                self.add(FLOOD_CLIENT, "request", at, at + 0.06, company="north", cluster=CLUSTER, face="app", session=1, kind="nonsense", object="", wants=17, refusal=17)
        self.add(FLOOD_CLIENT, "flood", BEGIN, 20, rounds=ROUNDS, sessions=1)

    def ordinary(self, cluster):
        client = f"ordinary.south.{cluster}.app"
        for n in range(100):
            at = 5.5 + n * 0.5
            is_queued = cluster == CLUSTER and PAUSE < at < RESUME
            self.request(client, cluster, "create", f"new{n}", at, RESUME + 1 + n * 0.01 if is_queued else at)
            self.add(client, "look-up", at + 0.1)

    def operate(self, at, answer, *words):
        self.add("operator", "provisioning", at, words=list(words), answer=answer)

    def operators(self):
        self.add("operator", "metrics", 4, refused=3)
        self.operate(PAUSE, {}, "pause", CLUSTER)
        which = ("cancel", "--client", "north.adm", "--cluster", CLUSTER)
        self.operate(CANCEL, {}, *which, "--dry-run")
        cancelled = ROUNDS * 6 - APPLIED
        self.add("operator", "provisioning", CANCEL + 0.5, CANCEL + 1.5, words=list(which), answer={"cancellation": {"cancelled": cancelled}})
        self.operate(RESUME, {}, "resume", CLUSTER)
        self.add("operator", "metrics", 65, refused=3 + 3 * ROUNDS)
        self.operate(71, {"levers": [{"action": each} for each in ("resume", "cancel", "pause")]}, "levers")
        for at, text, state, which in ((35, "One.", "degraded", ("--title", "T")), (42, "Two.", "degraded", ("--number", "1")), (55, "Three.", "online", ("--number", "1"))):
            self.add("operator", "incident", at, words=[*which, "--state", state, "--text", text])
        updates = [{"x_state": state, "body": text} for text, state in (("Three.", "Online"), ("Two.", "Degraded"), ("One.", "Degraded"))]
        self.add("operator", "archive", 72, page="<p>Three.</p> <p>Two.</p> <p>One.</p>", incident={"incident_updates": updates})

    def readers(self):
        for n in range(60):
            at = 3.0 + n
            states = {each: "Degraded" if each == PROBED and PAUSE + 2 < at < 56 else "Online" for each in COMPONENTS}
            self.add("reader", "status", at, states=states)
            self.add("passer-by", "glimpse", at, seen={"slot1": [n // 20]})

    def monitor(self):
        """What is shown follows from the records so far."""
        changes = [each for each in drill_1_judge.changes_of(self.records) if each.cluster == CLUSTER]
        for n in range(60):
            at = 4.2 + n
            waiting = [each for each in changes if each.answered <= at and each.not_before > at]
            flood = sum(each.client == FLOOD_CLIENT for each in waiting)
            rate = drill_1_judge.settled_rate(changes, BEGIN, at) if at > BEGIN else None
            row = {"cluster": CLUSTER, "length": len(waiting), "age_seconds": max((at - each.answered for each in waiting), default=0),
                   "drain_seconds": len(waiting) / rate if rate and not PAUSE <= at <= RESUME else None,
                   "heaviest": [{"client": "north.adm", "queued": flood}, {"client": "south.adm", "queued": len(waiting) - flood}]}
            self.add("monitor", "provisioning", at, words=["state"], answer={"clusters": [row]})

    def look_back(self):
        for position, (_, row) in enumerate(sorted((each for each in self.history if each[1]["state"] == "applied"), key=lambda each: each[0]), 1):
            row["position"] = position
        self.operate(71, {"changes": [row for _, row in self.history]}, "history", "--cluster", CLUSTER)
        self.add("operator", "try box", 72, object="box1", state="applied")
        self.add("operator", "try box", 72, ok=False, object="box90", state="cancelled")
        self.add("operator", "there", 72, there=drill_1_judge.expected_there(drill_1_judge.changes_of(self.records)))


DAY = MadeUp().records


def of(records, **what):
    return [each for each in records if all(each.get(name) == value for name, value in what.items())]


def answer(records, word):
    return drill_1_judge.commands(records, word)[-1]["answer"]


def first_change(records, **what):
    return of(records, op="request", **what)[0]["change"]


def settlement(records, **what):
    return of(records, op="settlement", change=first_change(records, **what))[0]


def swap_positions(records):
    """Of two changes of one object."""
    ids = [each["change"] for each in of(records, op="request", object="box3")]
    rows = [each for each in answer(records, "history")["changes"] if each["id"] in ids]
    rows[0]["position"], rows[1]["position"] = rows[1]["position"], rows[0]["position"]


def share_position(records):
    applied = [each for each in answer(records, "history")["changes"] if each["state"] == "applied"]
    applied[-1]["position"] = applied[0]["position"]


def be_late(records):
    """An ordinary change that met the flood is applied after it."""
    late = [each for each in of(records, op="request", client=f"ordinary.south.{CLUSTER}.app") if 22 < each["t0"] < 23][0]
    late["state"] = "queued"
    of(records, op="settlement", change=late["change"])[0]["applied_at"] = 58


def be_queued_elsewhere(records, applied_at):
    """One for another cluster, asked for during the pause, is told to be queued, and applied then."""
    change = [each for each in of(records, op="request", cluster="a") if 33 < each["t0"] < 38][0]
    change["state"] = "queued"
    of(records, op="settlement", change=change["change"])[0]["applied_at"] = applied_at


def be_told(records, at, **what):
    look = [each for each in records if each["client"] == "monitor" and each["t0"] > at][0]
    look["answer"]["clusters"][0].update(what)


ALTERED = {
    "lost: a change is still queued": ("lost", lambda it: settlement(it, object="box90").update(state="queued")),
    "lost: an ordinary change is cancelled": ("lost", lambda it: settlement(it, object="new90", cluster=CLUSTER).update(state="cancelled")),
    "lost: no settlement": ("lost", lambda it: it.remove(settlement(it, object="box90"))),
    "lost: not in the history": ("lost", lambda it: answer(it, "history")["changes"].pop(7)),
    "lost: a mailbox": ("cluster", lambda it: of(it, op="there")[0]["there"].update({"box3@north-b.test": False})),
    "risen: a mailbox": ("cluster", lambda it: of(it, op="there")[0]["there"].update({"box90@north-b.test": True})),
    "lost: a mailbox that does not open": ("cluster", lambda it: of(it, op="try box", object="box1")[0].update(ok=False)),
    "risen: a mailbox that opens": ("cluster", lambda it: of(it, op="try box", object="box90")[0].update(ok=True)),
    "doubled: one change for two requests": ("doubled", lambda it: of(it, op="request", object="box9")[0].update(change=first_change(it, object="box8"))),
    "doubled: settled twice": ("doubled", lambda it: it.append(copy.deepcopy(settlement(it, object="box3")))),
    "doubled: twice in the history": ("doubled", lambda it: answer(it, "history")["changes"].append(answer(it, "history")["changes"][5])),
    "doubled: one position for two": ("doubled", share_position),
    "reordered: changes of one object": ("order", swap_positions),
    "reordered: applied after one that was cancelled": ("order", lambda it: settlement(it, object="box24", kind="create").update(state="cancelled")),
    "reordered: a name from before": ("order", lambda it: of(it, op="glimpse")[-1].update(seen={"slot1": [0]})),
    "reordered: the archive": ("archive", lambda it: of(it, op="archive")[0].update(page="One. Two. Three.")),
    "reordered: the levers": ("levers", lambda it: answer(it, "levers")["levers"].reverse()),
    "late: an ordinary change": ("overtaking", be_late),
    "late: Degraded before the pause": ("status", lambda it: of(it, op="status")[20]["states"].update({PROBED: "Degraded"})),
    "late: Degraded in the end": ("status", lambda it: of(it, op="status")[-1]["states"].update({PROBED: "Degraded"})),
    "another component": ("status", lambda it: of(it, op="status")[40]["states"].update({"a-provisioning": "Degraded"})),
    "never Degraded": ("status", lambda it: [each["states"].update({PROBED: "Online"}) for each in of(it, op="status")]),
    "applied while paused": ("pause", lambda it: [each for each in of(it, op="request", cluster=CLUSTER) if 33 < each["t0"] < 38][0].update(state="applied")),
    "another cluster's waits for the end of the pause": ("pause", lambda it: be_queued_elsewhere(it, RESUME + 5)),
    "refused while paused": ("answer", lambda it: of(it, op="request", object="new60", cluster=CLUSTER)[0].update(ok=False, error="no")),
    "nonsense was accepted": ("answer", lambda it: of(it, op="request", wants=17)[5].update(ok=False)),
    "nonsense was not counted": ("refused", lambda it: of(it, op="metrics")[-1].update(refused=3)),
    "nonsense is no third": ("third", lambda it: [it.remove(each) for each in of(it, op="request", wants=17)[:50]]),
    "nonsense was not slowed": ("slowed", lambda it: [each.update(t1=each["t0"]) for each in of(it, op="request", wants=17)]),
    "told to be applied": ("untrue", lambda it: of(it, op="request", object="box110")[0].update(state="applied")),
    "cancelled more than told": ("cancelled", lambda it: [each["answer"]["cancellation"].update(cancelled=1) for each in drill_1_judge.commands(it, "cancel")[1:]]),
    "another was cancelled": ("levers", lambda it: drill_1_judge.commands(it, "cancel")[0]["words"].__setitem__(2, "south.adm")),
    "a wrong length": ("length", lambda it: be_told(it, 25, length=70)),
    "a length after the day": ("length", lambda it: be_told(it, 58, length=70)),
    "a wrong age": ("age", lambda it: be_told(it, 25, age_seconds=1)),
    "another age": ("age", lambda it: be_told(it, 25, age_seconds=100)),
    "a wrong client": ("heaviest", lambda it: be_told(it, 25, heaviest=[{"client": "south.adm", "queued": 600}])),
    "a drain time while paused": ("drain", lambda it: be_told(it, 35, drain_seconds=100)),
    "a wrong drain time": ("drain", lambda it: be_told(it, 25, drain_seconds=1)),
    "no drain time": ("drain", lambda it: be_told(it, 25, drain_seconds=None)),
    "a look that failed": ("invisible", lambda it: of(it, client="monitor")[5].update(ok=False)),
}


class Drill1Judge(unittest.TestCase):
    def test_the_day_as_it_should_be(self):
        self.assertEqual(drill_1_judge.judge(DAY), [])

    def test_one_record_altered(self):
        for name, (kind, alter) in ALTERED.items():
            with self.subTest(name):
                records = copy.deepcopy(DAY)
                alter(records)
                self.assertIn(kind, {each.split(":")[0] for each in drill_1_judge.judge(records)})

    def test_one_that_took_longer_than_its_answer_waits(self):
        records = copy.deepcopy(DAY)
        be_queued_elsewhere(records, 39)
        self.assertEqual(drill_1_judge.judge(records), [])

    def test_in_the_order_of_acceptance_nothing_overtakes(self):
        records = copy.deepcopy(DAY)
        for each in of(records, op="request", cluster=CLUSTER):
            if each["client"].startswith("ordinary.") and 12 < each["t0"] < PAUSE:
                each["state"] = "queued"
                of(records, op="settlement", change=each["change"])[0]["applied_at"] = 47
        self.assertTrue(drill_1_judge.judge_overtaking(records))


if __name__ == "__main__":
    unittest.main()
