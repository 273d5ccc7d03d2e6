"""What the clients of a drill wrote down: a file of JSON lines for each client, written by it alone, read by the judge.

A line is one thing that the client did, with the monotonic times between which that was (one clock for all processes of a
machine), and what it was told: {"client": "imap.a.1", "op": "fetch", "t0": 12.1, "t1": 12.2, "ok": true, ...}.
"""

import contextlib
import json
import os
import time


class Recorder:
    def __init__(self, folder, client, **always):
        os.makedirs(folder, exist_ok=True)
        self.client, self.always = client, always
        self.failed = None  # what went wrong with what was done last
        self.file = open(os.path.join(folder, client + ".jsonl"), "ab", buffering=0)

    def write(self, op, t0, t1=None, ok=True, **more):
        line = {"client": self.client, **self.always, "op": op, "t0": t0, "t1": time.monotonic() if t1 is None else t1, "ok": ok, **more}
        self.file.write(json.dumps(line).encode() + b"\n")

    @contextlib.contextmanager
    def doing(self, op, **more):
        """Times and records what is done inside; what it adds to the given dictionary goes into the record. A failure that
        the client was told, or its connection's end, is recorded and not passed on: see `failed`."""
        told, t0, failed = dict(more), time.monotonic(), None
        try:
            yield told
        except Exception as failure:  # noqa: BLE001: whatever it is, the client noticed
            failed = failure
            told["error"] = f"{type(failure).__name__}: {failure}"[:300]
        self.failed = failed
        self.write(op, t0, ok=failed is None, **told)

    def close(self):
        self.file.close()


def read(folder, client=""):
    """All records, by the time of their ends, or those of the clients whose names begin so. What is being written is left out."""
    records = []
    for name in sorted(os.listdir(folder)):
        if name.endswith(".jsonl") and name.startswith(client):
            with open(os.path.join(folder, name)) as file:
                records += [json.loads(line) for line in file if line.endswith("\n")]
    return sorted(records, key=lambda each: each["t1"])


def wall_offset():
    """What to add to a monotonic time to get seconds since 1970."""
    return time.time() - time.monotonic()
