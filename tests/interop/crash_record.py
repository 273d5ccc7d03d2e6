"""What the clients of crash_test.py wrote down, what was found in the end, and whether the one keeps the promises of the other."""


class Message:
    """One name, used once. What its client was told about it."""

    def __init__(self, name, account):
        self.name, self.account = name, account
        self.places = {}        # folder to UID: here it is, once
        self.flagged = set()    # folders where it has \\Flagged
        self.doubt = None       # the command on it that had no answer: ("append", folder), ("move", from, to), ...


class Record:
    """What one client knows."""

    def __init__(self):
        self.messages = []      # of IMAP clients
        self.accepted = []      # (name, account): a 250 was read
        self.unanswered = []    # (name, account): sent, and no 250 was read
        self.uids = []          # (account, folder, uid, name): told by APPENDUID or COPYUID
        self.validities = []    # (account, folder, uid_validity)
        self.answers = {}       # command to the number of OKs


class Found:
    """What is there in the end: account to folder to UID to (name, size, flags)."""

    def __init__(self):
        self.folders = {}

    def add(self, account, folder, uid, name, size, flags):
        self.folders.setdefault(account, {}).setdefault(folder, {})[uid] = (name, size, flags)

    def places(self):
        """(account, name) to a list of (folder, UID, flags)."""
        made = {}
        for account, folders in self.folders.items():
            for folder, messages in folders.items():
                for uid, (name, _, flags) in messages.items():
                    made.setdefault((account, name), []).append((folder, uid, flags))
        return made

    def quota(self, account):
        """Messages and bytes, a copy within the account not counted again."""
        sizes = {name: size for messages in self.folders.get(account, {}).values() for name, size, _ in messages.values()}
        return len(sizes), sum(sizes.values())


def allowed(message):
    """The sets of folders that a message may be in, given what its client was told."""
    here = set(message.places)
    if message.doubt is None:
        return [here]
    what, *folders = message.doubt
    if what in ("append", "copy"):
        return [here, here | {folders[-1]}]
    if what == "move":  # in one place or the other, never in both or none
        return [here, here - {folders[0]} | {folders[1]}]
    return [here, here - {folders[0]}] if what == "expunge" else [here]


def judge_message(message, found):
    """What is wrong with one message of an IMAP client; `found` is where it is."""
    key = f"{message.name} of {message.account}"
    folders = [folder for folder, _, _ in found]
    wrong = [f"doubled: {key} in {folders}"] if len(folders) != len(set(folders)) else []
    ways = allowed(message)
    if set(folders) not in ways:
        if set.intersection(*ways) - set(folders):
            wrong.append(f"lost: {key}, told {message.places} {message.doubt}, found in {folders}")
        else:
            wrong.append(f"risen: {key}, told {message.places} {message.doubt}, found in {folders}")
    for folder, uid, flags in found:
        if folder in message.places and message.places[folder] not in (None, uid):
            wrong.append(f"moved: {key} was UID {message.places[folder]} of {folder}, is {uid}")
        if folder in message.flagged and "\\Flagged" not in flags:
            wrong.append(f"unflagged: {key} in {folder}")
    return wrong


def judge_uids(records, found):
    """No UID is ever given twice, and no folder has changed its UIDVALIDITY."""
    wrong, given = [], {}
    for record in records:
        for account, folder, uid, name in record.uids:
            given.setdefault((account, folder, uid), set()).add(name)
    for account, folders in found.folders.items():
        for folder, messages in folders.items():
            for uid, (name, _, _) in messages.items():
                given.setdefault((account, folder, uid), set()).add(name)
    wrong += [f"UID twice: {uid} of {folder} of {account} was {sorted(names)}"
              for (account, folder, uid), names in given.items() if len(names) > 1]
    validities = {}
    for record in records:
        for account, folder, validity in record.validities:
            validities.setdefault((account, folder), set()).add(validity)
    wrong += [f"UIDVALIDITY: {place} had {sorted(values)}" for place, values in validities.items() if len(values) > 1]
    return wrong


def judge(records, found):
    """All promises that were broken, each a sentence that begins with its kind."""
    places, wrong, known = found.places(), [], set()
    for record in records:
        for name, account in record.accepted:
            known.add((account, name))
            there = places.get((account, name), [])
            if len(there) != 1:
                kind = "doubled" if there else "lost"
                wrong.append(f"{kind}: {name} of {account} got its 250, found in {[folder for folder, _, _ in there]}")
        for name, account in record.unanswered:
            known.add((account, name))
            if len(places.get((account, name), [])) > 1:
                wrong.append(f"doubled: {name} of {account} got no 250")
        for message in record.messages:
            known.add((message.account, message.name))
            wrong += judge_message(message, places.get((message.account, message.name), []))
    wrong += [f"unknown: {name} of {account}" for account, name in places if (account, name) not in known]
    return wrong + judge_uids(records, found)


def judge_recount(lines, found):
    """`postroad recount` finds no flaw, and counts what the clients count."""
    wrong, counted = [line for line in lines if "FLAW" in line], {}
    for line in lines:
        address, colon, rest = line.partition(": ")
        words = rest.split()
        if colon and words[1:2] == ["messages,"]:
            counted[address] = (int(words[0]), int(words[2]))
    for account in found.folders:
        if counted.get(account) != found.quota(account):
            wrong.append(f"quota: {account} has {counted.get(account)}, the clients found {found.quota(account)}")
    return wrong
