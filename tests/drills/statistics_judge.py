"""Whether statistics were what they should be, by the records of clients alone: figures that administrators saw (`figures`), what
mail clients did, when something was altered (`alter`), and how often the verifiers had come through (`cycles`). Gives sentences,
each of which begins with its kind; none where all was well.

Whatever was altered is marked and put right before the verifier has come through everything for the second time, the first one
being that which was under way. Times are compared only where they leave no doubt.
"""

import bisect
import collections

COUNTED = ("in", "appended", "imap4", "pop3")
PROGRAMS = ("sync", "collect")  # by programs whose sign-ins nobody knows the number of


def domain_of(address):
    return address.split("@")[1]


def events(records):
    """(figure, account, t0, t1) for each thing that a client surely did."""
    for each in records:
        if not each["ok"]:
            continue
        if each["op"] in ("send", "append") and "name" in each:
            for to in each["to"]:
                yield "in" if each["op"] == "send" else "appended", to, each["t0"], each["t1"]
        elif each["op"] == "sign-in" or (each["op"] == "session" and each.get("service") in ("imap", "imaps")):
            yield "imap4", each["account"], each["t0"], each["t1"]
        elif each["op"] == "session" and each.get("service") in ("pop3", "pop3s"):
            yield "pop3", each["account"], each["t0"], each["t1"]


def looks(records, op="figures"):
    return [each for each in records if each["op"] == op and each["ok"]]


def recount(records):
    """What was counted in the whole day is what the clients recorded, for each user, and for each domain in all."""
    done = collections.Counter()
    for figure, account, _, _ in events(records):
        done[(account, figure)] += 1
        done[(domain_of(account), figure)] += 1
    unknown = {each["account"] for each in records if each["op"] in PROGRAMS}
    unknown |= {domain_of(each) for each in unknown}
    before = {each["object"]: each for each in looks(records, "before")}
    wrong = []
    for after in looks(records, "after"):
        of = after["object"]
        for figure in COUNTED:
            if figure in ("imap4", "pop3") and of in unknown:
                continue
            counted = after[figure] - before[of][figure]
            if counted != done[(of, figure)]:
                wrong.append(f"recount: {of} has {counted} for '{figure}', and clients recorded {done[(of, figure)]}")
    missing = {each["object"] for each in looks(records, "before")} ^ {each["object"] for each in looks(records, "after")}
    return wrong + [f"recount: {of} was not looked at" for of in sorted(missing)]


def completeness(records):
    """At every moment a figure that bears no mark holds what was done before its as-of time, and nothing that was never begun;
    but for what was altered and is not found yet, which `marks` judges."""
    clock = next(each["offset"] for each in records if each["op"] == "clock")
    begun, known = collections.defaultdict(list), collections.defaultdict(list)
    for each in records:
        if each["op"] == "send":
            for to in each.get("to", []):
                begun[domain_of(to)].append(each["t0"])
                if each["ok"]:
                    known[domain_of(to)].append(each["t1"] + clock)
    for times in (*begun.values(), *known.values()):
        times.sort()
    before = {each["object"]: each["in"] for each in looks(records, "before")}
    marked = [each for each in looks(records) if each["marked"]]
    alters = looks(records, "alter")
    wrong = []
    for look in looks(records):
        of = look["object"]
        if look["marked"]:
            continue
        # Since it was altered and before it was first marked.
        if any(alter["t0"] <= look["t1"] and not any(alter["t0"] <= mark["t0"] <= look["t0"] and mark["object"] == of for mark in marked) for alter in alters):
            if any(mark["object"] == of and mark["t0"] >= look["t0"] for mark in marked):
                continue
        seen = look["in"] - before[of]
        if seen > bisect.bisect_right(begun[of], look["t1"]):
            wrong.append(f"wrong: {of} shows {seen} messages more, without a mark, and fewer were sent")
        if seen < bisect.bisect_left(known[of], look["as_of"]):
            wrong.append(f"incomplete: {of} shows {seen} messages more as of {look['as_of']}, and more were sent by then")
    return wrong


def is_late(records, alter, t):
    """Whether every verifier that could find it had surely come through everything twice before `t`."""
    for verifier in alter["verifiers"]:
        counts = [each for each in looks(records, "cycles") if each["verifier"] == verifier and each["t0"] >= alter["t1"]]
        if not any(each["t1"] <= t and each["count"] >= counts[0]["count"] + 2 for each in counts):
            return False
    return True


def marks(records):
    """Each alteration is marked, where it is and nowhere else, once; says since when and until when figures are good; and is put
    right, all that before the cycle after the next one begins."""
    alters = looks(records, "alter")
    wrong = []
    if any(each["marked"] and each["t1"] < alters[0]["t0"] for each in looks(records)):
        wrong.append("mark: figures were marked before anything was wrong")
    for alter, until in zip(alters, [each["t0"] for each in alters[1:]] + [float("inf")]):
        during = collections.defaultdict(list)
        for look in looks(records):
            if look["t0"] >= alter["t1"] and look["t1"] <= until:
                during[look["object"]].append(look)
        touched = {of: seen for of, seen in during.items() if any(each["marked"] for each in seen)}
        if len(touched) != 1 or not set(touched) <= set(alter["objects"]):
            wrong.append(f"mark: {alter['what']} was altered, and marked was {sorted(touched)}")
        for of, seen in touched.items():
            wrong += judge_marks(records, alter, of, seen)
    return wrong


def judge_marks(records, alter, of, seen):
    wrong = []
    turns = [each["marked"] for each in seen]
    first, last = turns.index(True), len(turns) - 1 - turns[::-1].index(True)
    if not all(turns[first:last + 1]):
        wrong.append(f"mark: {of} was marked, unmarked and marked again")
    if last == len(turns) - 1:
        wrong.append(f"mend: {of} is marked to the end")
    if any(each["marked"] and not (each.get("found_at") and each.get("good_until") and each["as_of"]) for each in seen):
        wrong.append(f"as-of: {of} was marked without saying what is good until when")
    if first > 0 and is_late(records, alter, seen[first - 1]["t0"]):
        wrong.append(f"late: {of} was not marked within a cycle of the verifier")
    if is_late(records, alter, seen[last]["t0"]):
        wrong.append(f"late: {of} was not put right within a cycle of the verifier")
    return wrong


def status(records):
    """All is Online, since it was for the first time, and since the operators posted their note that is there."""
    begun = next(each["t0"] for each in records if each["op"] == "clock")
    wrong = [f"status: {component} was {state}" for each in looks(records, "status") if each["t0"] >= begun
             for component, state in each["states"].items() if state != "Online"]
    posted = [each for each in looks(records, "incident")]
    pages = [each for each in looks(records, "page") if posted and each["t0"] >= posted[0]["t1"]]
    if not pages or not all(each["has_note"] for each in pages):
        wrong.append("note: the page has no note of it")
    return wrong


def judge_statistics(records):
    failed = [f"error: {each['client']} {each['op']}: {each.get('error')}" for each in records if each["op"] in ("figures", "before", "after", "cycles", "page", "status", "alter") and not each["ok"]]
    return failed + recount(records) + completeness(records) + marks(records) + status(records)


def counts(records):
    """For people to read."""
    done = collections.Counter(figure for figure, _, _, _ in events(records))
    made = [f"{number} {figure}" for figure, number in sorted(done.items())]
    for alter in looks(records, "alter"):
        marked = [each for each in looks(records) if each["marked"] and each["t0"] >= alter["t1"]]
        if marked:
            made.append(f"{alter['what']}: marked after {marked[0]['t1'] - alter['t1']:.1f} s, of {marked[0]['object']}")
    return f"recounted: {', '.join(made)}; {len(looks(records))} looks at figures, {sum(each['marked'] for each in looks(records))} of them under correction"
