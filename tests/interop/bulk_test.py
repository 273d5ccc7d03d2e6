"""Bulk jobs end to end: the example of docs/bulk.md by command, and OMA's methods, with real processes; a kill in the midst."""

import csv
import io
import json
import os
import re
import subprocess
import time
import unittest
import urllib.request

from demo import Case, main
from running import BINARY


def page():
    """The example of docs/bulk.md: the file, and what each command says, by its words."""
    with open("docs/bulk.md", encoding="utf-8") as file:
        text = file.read()
    lines = [line[4:] for line in text.split("## The file")[0].splitlines() if line.startswith("    ")]
    said = {}
    for line in lines:
        if line.startswith("$ "):
            said[line[2:]] = []
            command = line[2:]
        else:
            said[command].append(line + "\n")
    return {command: "".join(text) for command, text in said.items()}


class Bulk(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.oma(cls, "change_domain", domain="example.com", attributes={})
        cls.oma(cls, "create_workgroup", domain="example.com", workgroup="staff")

    def oma(self, method, **members):
        admin = self.demo.endpoints["admin"]
        body = dict(members, credentials={"user": f"{admin['user']}@{admin['domain']}", "password": admin["password"]})
        url = f"https://localhost:{self.demo.endpoints['control']['https']['port']}/api/{method}"
        with urllib.request.urlopen(urllib.request.Request(url, data=json.dumps(body).encode()), context=self.demo.tls()) as got:
            said = json.loads(got.read())
        if not said["success"]:
            raise AssertionError(f"{method}: {said}")
        return said

    def command(self, *words, code=0, text=None):
        done = subprocess.run([BINARY, "bulk", *words, "--dir", self.demo.folder], input=text, capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout

    def finish(self, job):
        until = time.monotonic() + 120
        while time.monotonic() < until:
            got = self.oma("bulk_status", job=job)
            if got["state"] != "running":
                return got
            time.sleep(0.1)  # it is asked for: there is nothing to wait on
        raise AssertionError(f"{got} does not end")

    def test_the_page(self):
        said = page()
        path = os.path.join(self.demo.folder, "spring.csv")
        with open(path, "w") as file:
            file.write(said["cat spring.csv"])
        check = "bulk check spring.csv --generate-passwords"
        self.assertEqual(self.command("check", path, "--generate-passwords", code=1), said["postroad " + check])
        shown = self.command("submit", path, "--generate-passwords", "--name", "spring", "--wait")
        job = re.search(r"^(j[a-z2-7]{26}) ", shown, re.M)[1]
        self.assertIn("done", shown)
        self.assertEqual(self.command("result", job), said["postroad bulk result JOB"])
        rows = list(csv.DictReader(io.StringIO(self.command("result", job, "--passwords"))))
        self.assertEqual([len(row["password"]) for row in rows], [22, 22, 0, 0])
        self.assertEqual([row["password"] for row in csv.DictReader(io.StringIO(self.command("result", job, "--passwords")))], [""] * 4)
        self.assertIn("spring", self.command("list"))
        self.assertIn("rows a second:         1000", self.command("show", job))
        undone = self.command("undo", job, "--wait")
        undo = re.search(r"^(j[a-z2-7]{26}) ", undone, re.M)[1]
        self.assertEqual([row["verdict"] for row in csv.DictReader(io.StringIO(self.command("result", undo)))], ["applied", "applied"])
        self.assertIn("it has ended", subprocess.run([BINARY, "bulk", "cancel", job, "--dir", self.demo.folder], capture_output=True, text=True).stderr)

    def test_oma_and_a_kill(self):
        rows = 3000
        text = "address,workgroup,generate_password\n" + "".join(f"u{row}@example.com,staff,yes\n" for row in range(rows))
        half = len(text) // 2
        job = self.oma("bulk_add", data=text[:half], more=True, name="many")["job"]
        self.assertEqual(self.oma("bulk_append", job=job, offset=half, data=text[half:])["rows"], rows)
        until = time.monotonic() + 60
        while self.oma("bulk_status", job=job)["done"] < 200 and time.monotonic() < until:
            time.sleep(0.05)
        self.kill_control()
        done = self.finish(job)
        self.assertEqual((done["state"], done["accepted"], done["failed"]), ("done", rows, 0))
        seen, after = [], ""
        while True:
            got = self.oma("bulk_result", job=job, after=after, passwords=True)
            seen += got["rows"]
            after = got["after"]
            if not after:
                break
        self.assertEqual([row["row"] for row in seen], list(range(1, rows + 1)))
        self.assertEqual({row["verdict"] for row in seen}, {"applied"})
        self.assertEqual(len({row["password"] for row in seen}), rows)
        self.assertEqual(len({row["change"] for row in seen}), rows)

    def kill_control(self):
        before = self.demo.read_endpoints()["control"]["pid"]
        os.kill(before, 9)
        until = time.monotonic() + 60
        while time.monotonic() < until:
            if self.demo.read_endpoints()["control"]["pid"] not in (0, before):
                break
            time.sleep(0.05)
        while time.monotonic() < until:
            try:
                return self.oma("bulk_jobs")
            except (OSError, AssertionError):
                time.sleep(0.05)
        raise AssertionError("control did not come back")


if __name__ == "__main__":
    main()
