"""kill -9 of a cluster again and again, under SMTP load and concurrent IMAP work; then a recount from what the clients wrote
down: nothing that got its 250 or OK is missing, nothing is there twice, UIDs are what clients were told, and sizes add up."""

import imaplib
import re
import smtplib
import ssl
import threading
import time

from running import Running

KILLS = 8
BETWEEN_KILLS = 2.0  # seconds of work; the length of the test, not a wait for anything
SENDERS = 6
QUEUE_PATIENCE = 120
USERS = 4


class Record:
    """What one client knows. `acked` must be there once; `open` may be there once; `gone` must not be there."""

    def __init__(self):
        self.acked, self.open, self.gone, self.maybe_gone, self.uids = {}, set(), set(), set(), {}


def body(name, size):
    return f"Message-ID: <{name}@crash.test>\r\nSubject: {name}\r\n\r\n".encode() + b"x" * size + b"\r\n"


def send(postroad, accounts, record, stop, number):
    """Many messages over each connection, each to one to three mailboxes; never the same name twice."""
    count = 0
    while not stop.is_set():
        try:
            with smtplib.SMTP(*postroad.at("a", "smtp"), timeout=10) as smtp:
                while not stop.is_set():
                    count += 1
                    name = f"s{number}-{count}"
                    to = [accounts[(number + count + i) % len(accounts)]["address"] for i in range(1 + count % 3)]
                    record.open.add(name)
                    refused = smtp.sendmail("sender@example.org", to, body(name, 100 + count % 9000))
                    if not refused:
                        record.acked[name] = to
                        record.open.discard(name)
        except (OSError, smtplib.SMTPException):
            time.sleep(0.05)  # the cluster is away: come again soon, as a sender would


def work(postroad, account, record, stop, number):
    """Appends, flags and deletes over IMAP."""
    context = ssl.create_default_context(cafile=postroad.ca)
    count = 0
    while not stop.is_set():
        try:
            imap = imaplib.IMAP4_SSL(*postroad.at("a", "imaps"), ssl_context=context, timeout=10)
            imap.login(account["address"], account["password"])
            imap.select("INBOX")
            while not stop.is_set():
                count += 1
                name = f"u{number}-{count}"
                record.open.add(name)
                kind, answer = imap.append("INBOX", "", None, body(name, 200))
                if kind != "OK":
                    record.open.discard(name)
                    continue
                uid = int(re.search(rb"APPENDUID \d+ (\d+)", answer[0]).group(1))
                record.acked[name] = [account["address"]]
                record.uids[name] = uid
                record.open.discard(name)
                imap.uid("STORE", str(uid), "+FLAGS", "(\\Flagged)")
                if count % 3 == 0:
                    record.maybe_gone.add(name)
                    imap.uid("STORE", str(uid), "+FLAGS.SILENT", "(\\Deleted)")
                    if imap.uid("EXPUNGE", str(uid))[0] == "OK":
                        record.gone.add(name)
        except (OSError, imaplib.IMAP4.error, ValueError):
            time.sleep(0.05)


def contents(postroad, account):
    """Name to UIDs of all messages, and the folder's own counts."""
    imap = imaplib.IMAP4_SSL(*postroad.at("a", "imaps"), ssl_context=ssl.create_default_context(cafile=postroad.ca), timeout=60)
    imap.login(account["address"], account["password"])
    status = imap.status("INBOX", "(MESSAGES UIDNEXT SIZE UNSEEN)")[1][0].decode()
    imap.select("INBOX", readonly=True)
    found, uids, size, seen = {}, [], 0, 0
    for item in imap.uid("FETCH", "1:*", "(UID FLAGS RFC822.SIZE BODY.PEEK[HEADER.FIELDS (SUBJECT)])")[1] or []:
        if not isinstance(item, tuple):
            continue
        uid = int(re.search(rb"UID (\d+)", item[0]).group(1))
        size += int(re.search(rb"RFC822.SIZE (\d+)", item[0]).group(1))
        seen += b"\\Seen" in item[0]
        name = re.search(rb"Subject: (\S+)", item[1]).group(1).decode()
        found.setdefault(name, []).append(uid)
        uids.append(uid)
    imap.logout()
    told = {key: int(value) for key, value in re.findall(r"(MESSAGES|UIDNEXT|SIZE|UNSEEN) (\d+)", status)}
    assert told["MESSAGES"] == len(uids), f"{account['address']}: MESSAGES {told['MESSAGES']}, {len(uids)} there"
    assert told["SIZE"] == size, f"{account['address']}: SIZE {told['SIZE']}, {size} there"
    assert told["UNSEEN"] == len(uids) - seen, f"{account['address']}: UNSEEN {told['UNSEEN']}"
    assert uids == sorted(set(uids)), f"{account['address']}: UIDs not ascending"
    assert not uids or uids[-1] < told["UIDNEXT"], f"{account['address']}: UIDNEXT {told['UIDNEXT']}"
    return found


def judge(records, found):
    """The promises, by name."""
    lost, doubled, risen, moved = [], [], [], []
    for record in records:
        for name, addresses in record.acked.items():
            for address in set(addresses):
                uids = found[address].get(name, [])
                if len(uids) > 1:
                    doubled.append((name, address))
                elif not uids and name not in record.maybe_gone:
                    lost.append((name, address))
                elif uids and name in record.gone:
                    risen.append((name, address))
                elif uids and name in record.uids and uids != [record.uids[name]]:
                    moved.append((name, uids, record.uids[name]))
        for name in record.open:
            for address, names in found.items():
                if len(names.get(name, [])) > 1:
                    doubled.append((name, address))
    return lost, doubled, risen, moved


def main():
    with Running() as postroad:
        accounts = postroad.accounts("a")[:6]
        stop = threading.Event()
        records = [Record() for _ in range(SENDERS + USERS)]
        threads = [threading.Thread(target=send, args=(postroad, accounts, records[i], stop, i)) for i in range(SENDERS)]
        threads += [threading.Thread(target=work, args=(postroad, accounts[i], records[SENDERS + i], stop, i)) for i in range(USERS)]
        for thread in threads:
            thread.start()
        for _ in range(KILLS):
            time.sleep(BETWEEN_KILLS)
            postroad.kill("a")
        time.sleep(BETWEEN_KILLS)
        stop.set()
        for thread in threads:
            thread.join()
        # What was accepted for several and could not be put into each mailbox at once waits in the queue, for a minute.
        until = time.monotonic() + QUEUE_PATIENCE
        while True:
            found = {account["address"]: contents(postroad, account) for account in accounts}
            lost, doubled, risen, moved = judge(records, found)
            if not lost or time.monotonic() > until:
                break
            print(f"{len(lost)} not there yet: {lost[:3]}")
            time.sleep(5)
        acked = sum(len(record.acked) for record in records)
        print(f"{KILLS} kills, {acked} acknowledged, {sum(len(r.open) for r in records)} left open, "
              f"{sum(len(r.gone) for r in records)} expunged; {len(lost)} lost, {len(doubled)} doubled, {len(risen)} risen, "
              f"{len(moved)} with another UID")
        assert acked > 100, "too little work to tell anything"
        # The judge itself: one record altered, and it must say so.
        victim = next(iter(records[0].acked))
        address = records[0].acked[victim][0]
        kept = found[address].pop(victim)
        assert judge(records, found)[0], "a lost message was not noticed"
        found[address][victim] = kept * 2
        assert judge(records, found)[1], "a doubled message was not noticed"
        assert not (lost or doubled or risen or moved), (lost[:5], doubled[:5], risen[:5], moved[:5])
    print("1 passed, 0 failed")


if __name__ == "__main__":
    main()
