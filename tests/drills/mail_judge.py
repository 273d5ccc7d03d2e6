"""Whether mail was what it should be, by the records of those who used it (mail_traffic.py). Gives sentences, each of which
begins with its kind; none where all was well."""

import collections

SERVICES = ("smtp", "lmtp", "imap", "imaps", "pop3", "pop3s")
CLUSTERS = ("a", "b")


def is_mail(record):
    return record.get("service") in SERVICES


def errors(records):
    """Nobody who sent or read mail saw anything go wrong."""
    return [f"error: {each['client']} {each['op']}: {each.get('error')}" for each in records if (is_mail(each) or each["op"] == "look") and not each["ok"]]


def presence(records, clusters=CLUSTERS, least=10):
    """Every service of each cluster was used, and all the time: nobody was silent for a third of it."""
    wrong = []
    begin, end = min(each["t0"] for each in records if is_mail(each)), max(each["t1"] for each in records if is_mail(each))
    for cluster in clusters:
        for service in SERVICES:
            of_it = [each for each in records if is_mail(each) and (each["cluster"], each["service"]) == (cluster, service) and each["ok"]]
            thirds = collections.Counter(min(int((each["t1"] - begin) / (end - begin + 1e-9) * 3), 2) for each in of_it)
            if len(of_it) < least or len(thirds) < 3:
                wrong.append(f"silent: {service} of {cluster} was used {len(of_it)} times, in the thirds {sorted(thirds)}")
    return wrong


def delivery(records):
    """What got its 250 or OK is there, once for each recipient; what did not is there at most once; all else is nobody's."""
    sent, doubtful = collections.Counter(), collections.Counter()
    for each in records:
        if each["op"] in ("send", "append") and "name" in each:
            for to in each["to"]:
                (sent if each["ok"] else doubtful)[(to, each["name"])] += 1
    found = collections.Counter((each["account"], name) for each in records if each["op"] == "look" for _, _, name in each.get("found", []) if name)
    wrong = []
    for (to, name), count in sent.items():
        if found[(to, name)] < count:
            wrong.append(f"lost: {name} for {to} was accepted and is not there")
        if found[(to, name)] > count:
            wrong.append(f"doubled: {name} for {to} is there {found[(to, name)]} times")
    for (to, name), count in doubtful.items():
        if found[(to, name)] > count:
            wrong.append(f"doubled: {name} for {to} was not accepted, and is there {found[(to, name)]} times")
    wrong += [f"unknown: {name} of {to} was sent by nobody" for to, name in found if (to, name) not in sent and (to, name) not in doubtful]
    return wrong


def judge_mail(records, clusters=CLUSTERS):
    return errors(records) + presence(records, clusters) + delivery(records)


def counts(records):
    """What the clients did, for people to read."""
    done = collections.Counter((each["cluster"], each["service"], each["op"]) for each in records if is_mail(each) and each["ok"])
    return ", ".join(f"{cluster} {service} {op} {count}" for (cluster, service, op), count in sorted(done.items()))
