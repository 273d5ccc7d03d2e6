"""A day in a drill: a Postroad of its own, what its operators do, and who watches the status page. All of it is written down
(records.py), by the clients' clocks.

    with Day(CONFIG) as day:
        day.await_all_online()
        with day.watching_status(), MailTraffic(day.postroad, day.folder):
            day.operate("pause", "b")
        records = day.records()
"""

import contextlib
import json
import os
import subprocess
import tempfile
import threading
import time
import urllib.request

import records
from running import BINARY, Running

PATIENCE = 120
LOOK = 0.25  # between two looks of somebody who watches


class Day:
    def __init__(self, config):
        self.postroad = Running(config)
        self.exits = contextlib.ExitStack()

    def __enter__(self):
        self.folder = self.exits.enter_context(tempfile.TemporaryDirectory(prefix="drill."))
        self.records_folder = os.path.join(self.folder, "records")
        self.exits.enter_context(self.postroad)
        with open(os.path.join(self.postroad.folder, "control", "demo.json")) as file:
            demo = json.load(file)
        # By name: north, south; each has a domain on each cluster.
        self.administrators = {each["domain"].removesuffix(".adm"): each for each in demo["administrators"]}
        self.operator = self.recorder("operator")
        self.began = time.monotonic()
        return self

    def __exit__(self, *failure):
        return self.exits.__exit__(*failure)

    def begin_again(self, config, records_folder):
        """Another day in the same place: other settings, other records."""
        self.postroad.stop()
        with open(os.path.join(self.postroad.folder, "postroad.toml"), "w") as file:
            file.write(config)
        self.records_folder = os.path.join(self.folder, records_folder)
        self.operator = self.recorder("operator")
        self.postroad.start()

    def recorder(self, client, **always):
        return records.Recorder(self.records_folder, client, **always)

    def records(self, client=""):
        return records.read(self.records_folder, client)

    def say(self, text):
        print(f"{time.monotonic() - self.began:6.1f} s  {text}", flush=True)

    # Operators. What they are answered is in the record, too.

    def run(self, *words):
        done = subprocess.run([BINARY, *words, "--dir", self.postroad.folder], capture_output=True, text=True, timeout=PATIENCE, check=False,
                              stdin=subprocess.DEVNULL)
        if done.returncode != 0:
            raise RuntimeError(f"postroad {' '.join(words)} ended with {done.returncode}: {done.stdout} {done.stderr}")
        return done.stdout

    def operate(self, *words, record=None):
        """`postroad provisioning WORDS --json`: the answer."""
        record = record or self.operator
        with record.doing("provisioning", words=words) as told:
            told["answer"] = json.loads(self.run("provisioning", *words, "--json"))
        if record.failed:
            raise record.failed
        return told["answer"]

    def post(self, *words):
        """`postroad incident post WORDS`."""
        with self.operator.doing("incident", words=words) as told:
            told["answer"] = self.run("incident", "post", *words)
        if self.operator.failed:
            raise self.operator.failed
        return told["answer"]

    # The public.

    def get(self, path):
        with urllib.request.urlopen(self.postroad.status() + path, timeout=PATIENCE) as answer:
            return answer.read().decode()

    def states(self, record):
        """Each component's state, as the status page has it."""
        with record.doing("status") as told:
            told["states"] = {each["id"]: each["x_state"] for each in json.loads(self.get("/api/v2/summary.json"))["components"] if not each["group"]}
        if record.failed:
            raise record.failed
        return told["states"]

    def watching(self, name, look, pause=LOOK):
        """Looks again and again, from a thread of its own, until the block ends: `look(record)`."""
        return watching(self.recorder(name), look, pause)

    def watching_status(self):
        return self.watching("reader", self.states)

    def until(self, holds, what, pause=LOOK):
        """Waits for what nobody tells; gives what `holds` gave."""
        end = time.monotonic() + PATIENCE
        while True:
            held = holds()
            if held:
                return held
            if time.monotonic() > end:
                raise AssertionError("never came: " + what)
            time.sleep(pause)

    def await_all_online(self):
        with contextlib.closing(self.recorder("reader-all")) as record:
            self.until(lambda: set(self.states(record).values()) == {"Online"}, "all Online")


@contextlib.contextmanager
def watching(record, look, pause):
    stop, failures = threading.Event(), []

    def work():
        try:
            while not stop.wait(pause):
                look(record)
        except Exception as failure:  # noqa: BLE001: told at the end
            failures.append(failure)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        record.close()
    if failures:
        raise failures[0]
