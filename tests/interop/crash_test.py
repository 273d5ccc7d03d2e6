"""kill -9 of clusters again and again, under SMTP and LMTP load and concurrent IMAP work; then a recount from what the clients
wrote down: nothing that got its 250 or OK is missing, nothing is there twice for one acceptance, a move is done or not, flags are
kept, no UID is given twice, and quota and counts are right (crash_record.py). The judge itself is tried first and last."""

import copy
import random
import subprocess
import threading
import time

from crash_clients import Person, look, send_lmtp, send_smtp
from crash_record import Found, Message, Record, judge, judge_recount
from running import BINARY, Running

CLUSTERS = ("a", "b")
KILLS = 8               # of each cluster; the supervisor's pauses between them double
WORK = (0.2, 2.5)       # seconds between a start and the next kill, at random: into start-ups, too
SENDERS = 2             # by SMTP, and by LMTP, for each cluster
PEOPLE = (0, 0, 1)      # the accounts of those who use IMAP: two have one
ACCOUNTS = 4            # of each cluster
QUEUE_PATIENCE = 90     # what could not be put into each mailbox at once waits in the queue for half a minute


def kill_again_and_again(postroad, cluster, kills):
    dice = random.Random(cluster)
    for _ in range(KILLS):
        time.sleep(dice.uniform(*WORK))  # the length of the test, not a wait for anything
        postroad.kill(cluster)
        kills.append(cluster)
    time.sleep(WORK[1])


def run_clients(postroad):
    """Everybody works until each cluster was killed often enough. Gives what they wrote down."""
    stop, records, threads, failures, kills = threading.Event(), [], [], [], []

    def start(work, *what):
        record, number = Record(), len(records)
        records.append(record)

        def guarded():
            try:
                work(*what, record, stop, number)
            except BaseException as failure:  # noqa: BLE001: told below
                failures.append(failure)

        threads.append(threading.Thread(target=guarded))

    for cluster in CLUSTERS:
        accounts = postroad.accounts(cluster)[:ACCOUNTS]
        for _ in range(SENDERS):
            start(send_smtp, postroad, cluster, accounts)
            start(send_lmtp, postroad, cluster, accounts)
        for each in PEOPLE:
            start(lambda *all_of_it: Person(*all_of_it).live(), postroad, cluster, accounts[each])
    for thread in threads:
        thread.start()
    killers = [threading.Thread(target=kill_again_and_again, args=(postroad, cluster, kills)) for cluster in CLUSTERS]
    for killer in killers:
        killer.start()
    for killer in killers:
        killer.join()
    stop.set()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return records, len(kills)


def look_everywhere(postroad):
    found, wrong = Found(), []
    for cluster in CLUSTERS:
        for account in postroad.accounts(cluster)[:ACCOUNTS]:
            wrong += look(postroad, cluster, account, found)
    return found, wrong


def settle(postroad, records):
    """Looks until the queues have brought what was accepted, for a while."""
    until = time.monotonic() + QUEUE_PATIENCE
    while True:
        found, wrong = look_everywhere(postroad)
        wrong += judge(records, found)
        if not any(each.startswith("lost") for each in wrong) or time.monotonic() > until:
            return found, wrong
        print(f"not there yet: {[each for each in wrong if each.startswith('lost')][:3]}")
        time.sleep(5)


def try_judge(records, found, recounts):
    """Each promise is broken once, in what was found: the judge must say so."""
    def broken(change):
        altered = copy.deepcopy(found)
        change(altered)
        return {each.split(":")[0] for each in judge(records, altered) + judge_recount(recounts, altered)}

    account, name = next((account, name) for record in records for name, account in record.accepted)
    folder, uid = next((folder, uid) for (key, folder, uid) in all_places(found) if key == (account, name))
    mine = next(each for record in records for each in record.messages if each.places and each.flagged & set(each.places) and not each.doubt)
    place = next(iter(mine.flagged & set(mine.places)))
    gone = next(each for record in records for each in record.messages if not each.places and not each.doubt)
    moved = found.folders[mine.account][place][mine.places[place]]

    def folder_of(altered, of, which):
        return altered.folders[of].setdefault(which, {})

    cases = {
        "lost, accepted": ("lost", lambda it: folder_of(it, account, folder).pop(uid)),
        "doubled, accepted": ("doubled", lambda it: it.add(account, "Drafts", 10**6, name, 1, [])),
        "doubled in one folder": ("doubled", lambda it: it.add(mine.account, place, 10**6, mine.name, 1, ["\\Flagged"])),
        "lost, appended": ("lost", lambda it: folder_of(it, mine.account, place).pop(mine.places[place])),
        "risen": ("risen", lambda it: it.add(gone.account, "INBOX", 10**6, gone.name, 1, [])),
        "unflagged": ("unflagged", lambda it: it.add(mine.account, place, mine.places[place], moved[0], moved[1], [])),
        "another UID": ("moved", lambda it: it.add(mine.account, place, 10**6, *folder_of(it, mine.account, place).pop(mine.places[place]))),
        "a UID again": ("UID twice", lambda it: it.add(mine.account, place, mine.places[place], "another", 1, [])),
        "unknown": ("unknown", lambda it: it.add(mine.account, place, 10**6, "nobody's", 1, [])),
        "quota": ("quota", lambda it: it.add(account, folder, uid, name, 1, [])),
    }
    for case, (kind, change) in cases.items():
        assert kind in broken(change), f"{case}: the judge did not notice"
    return len(cases)


def all_places(found):
    return [((account, name), folder, uid) for account, folders in found.folders.items()
            for folder, messages in folders.items() for uid, (name, _, _) in messages.items()]


def try_moves():
    """A move without an answer: in one place, and neither in both nor in none."""
    message = Message("m", "a@b")
    message.places, message.doubt = {"INBOX": 1}, ("move", "INBOX", "Archive")
    record = Record()
    record.messages.append(message)
    for folders, is_good in ((["INBOX"], True), (["Archive"], True), ([], False), (["INBOX", "Archive"], False)):
        found = Found()
        for folder in folders:
            found.add("a@b", folder, 1, "m", 10, [])
        assert (not judge([record], found)) == is_good, f"a move that ends in {folders}"


def main():
    try_moves()
    with Running() as postroad:
        records, kills = run_clients(postroad)
        found, wrong = settle(postroad, records)
        postroad.stop()
        recounts = []
        for cluster in CLUSTERS:
            done = subprocess.run([BINARY, "recount", "--dir", postroad.folder, "--cluster", cluster], timeout=120, check=False,
                                  capture_output=True, text=True)
            recounts += done.stdout.splitlines() + ([] if done.returncode == 0 else [f"FLAW: {cluster}: {done.stderr.strip()}"])
        wrong += judge_recount(recounts, found)

        answers = {}
        for record in records:
            for command, count in record.answers.items():
                answers[command] = answers.get(command, 0) + count
        accepted = sum(len(record.accepted) for record in records)
        doubts = [each.doubt[0] for record in records for each in record.messages if each.doubt]
        print(f"{kills} kills; {accepted} accepted; {answers}; {len(doubts)} commands in doubt; {len(wrong)} promises broken")
        assert not wrong, "\n".join(wrong[:20])
        assert kills == KILLS * len(CLUSTERS)
        assert accepted > 500, "too little work to tell anything"
        for command in ("APPEND", "STORE", "COPY", "MOVE", "MOVE of many", "UID EXPUNGE"):
            assert answers.get(command, 0) > 20, f"too little of {command}: {answers}"
        print(f"the judge noticed {try_judge(records, found, recounts)} broken promises of as many")
    print("1 passed, 0 failed")


if __name__ == "__main__":
    main()
