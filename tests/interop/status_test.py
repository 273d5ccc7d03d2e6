"""The status plane as its readers and operators meet it: the probes' states of real clusters, posts by command, the page, the
archive, Statuspage's API, and all of it while everything else is away."""

import json
import os
import signal
import subprocess
import time
import unittest
import urllib.error
import urllib.request

from running import BINARY, Running

PATIENCE = 60
FAST = '[status]\nprobe_interval = "1 s"\nprobe_timeout = "1 s"\nzone = "America/New_York"\n'


class Status(unittest.TestCase):
    def setUp(self):
        self.up = self.enterContext(Running(FAST))

    def get(self, path, method="GET", headers=None):
        """(status, headers, text)"""
        try:
            with urllib.request.urlopen(urllib.request.Request(self.up.status() + path, method=method, headers=headers or {}), timeout=10) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read().decode()

    def summary(self):
        return json.loads(self.get("/api/v2/summary.json")[2])

    def states(self):
        return {each["id"]: each["x_state"] for each in self.summary()["components"] if not each["group"]}

    def await_states(self, holds, what):
        until = time.monotonic() + PATIENCE
        while not holds(self.states()):
            if time.monotonic() > until:
                raise AssertionError(f"{what}: {self.states()}")
            time.sleep(0.1)  # the page tells; there is nothing to wait on

    def await_all_online(self):
        self.await_states(lambda states: set(states.values()) == {"Online"}, "all Online")

    def post(self, *words, fails=False):
        done = subprocess.run([BINARY, "incident", "post", "--dir", self.up.folder, *words], capture_output=True, text=True, timeout=30, check=False)
        self.assertEqual(done.returncode != 0, fails, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def test_probes_find_what_is_away_and_nothing_else(self):
        self.await_all_online()
        pid = self.up.read_endpoints()["clusters"]["b"]["pid"]
        os.kill(pid, signal.SIGSTOP)
        try:
            self.await_states(lambda states: {states["b-" + each] for each in ("inbound", "imap", "pop")} == {"Offline"}, "b Offline")
            self.assertEqual({state for name, state in self.states().items() if name.startswith("a-")}, {"Online"})
            page = self.get("/")[2]
            self.assertIn("<h2>Some services are offline</h2>", page)
            self.assertEqual(self.summary()["status"]["indicator"], "major")
        finally:
            os.kill(pid, signal.SIGCONT)
        self.await_all_online()

    def test_a_paused_queue_degrades_provisioning_alone(self):
        self.await_all_online()
        subprocess.run([BINARY, "provisioning", "pause", "a", "--dir", self.up.folder], check=True, stdout=subprocess.DEVNULL, timeout=30)
        self.await_states(lambda states: states["a-provisioning"] == "Degraded", "a-provisioning Degraded")
        self.assertEqual({state for name, state in self.states().items() if name != "a-provisioning"}, {"Online"})
        subprocess.run([BINARY, "provisioning", "resume", "a", "--dir", self.up.folder], check=True, stdout=subprocess.DEVNULL, timeout=30)
        self.await_all_online()

    def test_it_serves_while_everything_else_is_away(self):
        self.await_all_online()
        all = self.up.read_endpoints()
        with open(os.path.join(self.up.folder, "supervisor.pid")) as file:
            supervisor = int(file.read())
        planes = [all["control"]["pid"], all["clusters"]["a"]["pid"], all["clusters"]["b"]["pid"]]
        os.kill(supervisor, signal.SIGSTOP)  # it brings nothing back
        try:
            for pid in planes:
                os.kill(pid, signal.SIGKILL)
            self.await_states(lambda states: set(states.values()) == {"Offline"}, "all Offline")
            self.assertIn("<h2>All services are offline</h2>", self.get("/")[2])
            self.assertEqual(self.summary()["status"], {"indicator": "critical", "description": "Major Service Outage", "x_state": "Offline"})
            self.post("--state", "offline", "--title", "Everything is away", "--text", "We are looking into it.")
            self.assertIn("We are looking into it.", self.get("/")[2])
            self.post("--number", "1", "--state", "online", "--text", "It is back.")
        finally:
            os.kill(supervisor, signal.SIGCONT)
        self.await_all_online()

    def test_an_incident_is_told_from_its_first_post_to_the_archive(self):
        self.await_all_online()
        said = self.post("--state", "degraded", "--title", "Provisioning <b>delayed</b>", "--component", "b-provisioning", "--text",
                         "First <script>alert(1)</script> words.\n\nSecond paragraph.")
        self.assertIn("incident 1  Degraded", said)
        self.assertIn(self.up.status() + "/incidents/1", said)
        self.assertEqual(self.states()["b-provisioning"], "Degraded")
        self.assertEqual(self.states()["b-imap"], "Online")
        with open(os.path.join(self.up.folder, "text"), "w") as file:
            file.write("The queue is stopped.\n")
        self.post("--number", "1", "--state", "offline", "--text-file", os.path.join(self.up.folder, "text"))
        for path in ("/", "/archive", "/incidents/1"):
            status, headers, page = self.get(path)
            self.assertEqual(status, 200)
            self.assertIn("Provisioning &lt;b&gt;delayed&lt;/b&gt;", page)
            self.assertIn("<p>First &lt;script&gt;alert(1)&lt;/script&gt; words.</p>\n<p>Second paragraph.</p>", page)
            self.assertLess(page.index("The queue is stopped."), page.index("First &lt;script"))
            self.assertRegex(page, r">20\d\d-\d\d-\d\d \d\d:\d\d UTC \((20\d\d-\d\d-\d\d )?\d\d:\d\d E[SD]T\)</time>")
            policy = headers["Content-Security-Policy"]
            self.assertIn("default-src 'none'", policy)
            self.assertNotIn("unsafe", policy)
        incident = self.summary()["incidents"][0]
        self.assertEqual((incident["x_number"], incident["impact"], incident["status"]), (1, "critical", "investigating"))
        self.assertEqual([each["x_update_no"] for each in incident["incident_updates"]], [2, 1])

        # It survives the process; so do the states and their times.
        pid = self.up.read_endpoints()["status"]["pid"]
        before = self.summary()["components"]
        os.kill(pid, signal.SIGKILL)
        after = self.summary()["components"]
        times = [{each["id"]: each["updated_at"] for each in some if each["id"].startswith("b-p")} for some in (before, after)]
        self.assertEqual(times[0], times[1])
        self.assertEqual(self.states()["b-provisioning"], "Offline")

        self.post("--number", "1", "--title", "Other", "--state", "online", "--text", "x", fails=True)
        self.post("--number", "1", "--state", "online", "--text", "The queue has cleared.")
        self.assertIn("is closed", self.post("--number", "1", "--state", "degraded", "--text", "Not yet.", fails=True))
        self.assertEqual(self.summary()["incidents"], [])
        self.assertNotIn("First &lt;", self.get("/")[2])
        self.assertIn("The queue has cleared.", self.get("/archive")[2])
        self.await_all_online()
        for words in (["--state", "sad", "--title", "t", "--text", "x"], ["--state", "degraded", "--text", "x"], ["--state", "degraded", "--title", "t"],
                      ["--state", "degraded", "--title", "t", "--text", "x", "--component", "q-imap"], ["--number", "9", "--state", "online", "--text", "x"]):
            self.post(*words, fails=True)

    def test_the_api_is_for_everybody_and_files_are_not_sent_twice(self):
        for name in ("summary", "status", "components", "incidents", "incidents/unresolved", "scheduled-maintenances",
                     "scheduled-maintenances/active", "scheduled-maintenances/upcoming"):
            status, headers, text = self.get(f"/api/v2/{name}.json", headers={"Origin": "https://far.example"})
            self.assertEqual((status, headers["Access-Control-Allow-Origin"], headers["Content-Type"]), (200, "*", "application/json"))
            self.assertEqual(json.loads(text)["page"]["url"], self.up.status())
        self.assertEqual(self.get("/api/v2/else.json")[0], 404)
        status, _, page = self.get("/else")
        self.assertEqual(status, 404)
        self.assertIn("There is no such page", page)
        status, headers, _ = self.get("/page.css")
        self.assertEqual(self.get("/page.css", headers={"If-None-Match": headers["ETag"]})[0], 304)
        status, headers, text = self.get("/", method="HEAD")
        self.assertEqual((status, text), (200, ""))
        self.assertEqual(self.get("/", method="POST")[0], 405)
        with open(os.path.join(self.up.folder, "status/public/api/v2/status.json")) as file:  # a web server can serve it as well
            self.assertIn("indicator", json.load(file)["status"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
