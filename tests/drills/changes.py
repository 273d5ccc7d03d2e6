"""What the records say of each change: when it was accepted, what became of it, and between which times."""

import dataclasses

SECOND = 1.05  # GET_CHANGE tells whole seconds, by a clock that is set now and then


@dataclasses.dataclass
class Change:
    id: str
    company: str
    cluster: str
    client: str
    kind: str
    object: str
    asked: float            # accepted between this
    answered: float         # and this
    told: str               # the state in the answer: applied, queued
    state: str = "unknown"  # what became of it
    not_before: float = 0   # settled between this
    not_after: float = 0    # and this
    position: int = 0       # in the cluster's feed, by the queue's history

    @property
    def thing(self):
        return self.company, self.cluster, self.object


def commands(records, *words):
    """What operators did, by the first words of the command."""
    return [each for each in records if each["op"] in ("provisioning", "incident") and tuple(each["words"][:len(words)]) == words]


def requests(records):
    return [each for each in records if each["op"] == "request"]


def settled_between(change, settlement, cancels):
    if change.told == "applied":
        return change.asked, change.answered
    if settlement["state"] == "applied":
        at = settlement["applied_at"] - settlement["offset"]
        return max(at - 0.05, change.asked), min(at + SECOND, settlement["t1"])
    during = [each for each in cancels if each["t1"] >= change.asked]
    return (min(each["t0"] for each in during), max(each["t1"] for each in during)) if during else (change.asked, settlement["t1"])


def changes_of(records):
    """In the order of acceptance, as far as the clients can tell: those of one object surely are. Twice the same id gives two."""
    made = [Change(each["change"], each["company"], each["cluster"], each["client"], each["kind"], each["object"], each["t0"], each["t1"], each["state"])
            for each in requests(records) if "change" in each]
    settlements = {each["change"]: each for each in records if each["op"] == "settlement"}
    cancels = [each for each in commands(records, "cancel") if "--dry-run" not in each["words"]]
    history = {each["id"]: each for record in commands(records, "history") for each in record["answer"]["changes"]}
    for change in made:
        settlement = settlements.get(change.id)
        if settlement:
            change.state = settlement["state"]
            change.not_before, change.not_after = settled_between(change, settlement, cancels)
        change.position = history.get(change.id, {}).get("position", 0)
    return sorted(made, key=lambda each: each.answered)
