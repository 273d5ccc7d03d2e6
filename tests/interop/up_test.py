"""The supervisor, `postroad up`, as people and tests use it: what it writes, that it brings back what dies, how it stops, and
what it says when it can't start."""

import imaplib
import json
import os
import poplib
import shutil
import signal
import smtplib
import socket
import ssl
import subprocess
import tempfile
import time
import unittest
import urllib.request

from running import BINARY, Running, free_port_base

PATIENCE = 30


def ask(*arguments, binary=BINARY, **more):
    """Runs the program to its end; (exit code, what it said)."""
    done = subprocess.run([binary, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True,
                          timeout=150, check=False, **more)
    return done.returncode, done.stdout


def until(holds, what):
    """Waits for what the program does in its own time, and tells nobody else of."""
    end = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > end:
            raise AssertionError("never came: " + what)
        time.sleep(0.02)


def get(url):
    with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
        return answer.read().decode()


def pairs_once(pairs):
    """A JSON object whose names are all different."""
    made = dict(pairs)
    assert len(made) == len(pairs), f"a name twice in {pairs}"
    return made


class Up(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.up = cls.enterClassContext(Running())

    def log(self, name):
        with open(os.path.join(self.up.folder, "log", name + ".log")) as file:
            return [json.loads(line, object_pairs_hook=pairs_once) for line in file if line.startswith("{")]

    def events(self, name, event):
        return [line for line in self.log(name) if line["event"] == event]

    def planes(self):
        """(title, pid, a greeting's endpoint) of each process."""
        all = self.up.read_endpoints()
        return [("cluster.a", all["clusters"]["a"]["pid"], all["clusters"]["a"]["smtp"]),
                ("cluster.b", all["clusters"]["b"]["pid"], all["clusters"]["b"]["imap"]),
                ("control", all["control"]["pid"], all["control"]["app_plain"])]

    def pid(self, title):
        all = self.up.read_endpoints()
        return all["clusters"][title[-1]]["pid"] if title.startswith("cluster") else all[title]["pid"]

    def test_endpoints_have_their_shape(self):
        path = os.path.join(self.up.folder, "endpoints.json")
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
        all = self.up.read_endpoints()
        tls = {"smtp": "starttls", "lmtp": "starttls", "imap": "starttls", "imaps": "implicit", "pop3": "starttls", "pop3s": "implicit"}
        self.assertEqual(sorted(all["clusters"]), ["a", "b"])
        for cluster in all["clusters"].values():
            for service, kind in tls.items():
                self.assertEqual(cluster[service]["tls"], kind, service)
                self.assertEqual(cluster[service]["host"], "127.0.0.1")
                socket.create_connection((cluster[service]["host"], cluster[service]["port"]), timeout=PATIENCE).close()
            os.kill(cluster["pid"], 0)
        self.assertEqual((all["control"]["app"]["tls"], all["control"]["app_plain"]["tls"]), ("implicit", "none"))
        self.assertEqual(all["status"]["http"]["tls"], "none")
        os.kill(all["control"]["pid"], 0)
        os.kill(all["status"]["pid"], 0)
        self.assertTrue(os.path.exists(os.path.join(self.up.folder, all["ca"])))
        self.assertEqual(sorted(all["admin"]), ["domain", "password", "user"])
        for cluster in "ab":
            mine = self.up.accounts(cluster)
            self.assertEqual(len(mine), 20)
            self.assertEqual(len({each["address"].split("@")[1] for each in mine}), 2)
        self.assertEqual(len({each["password"] for each in all["accounts"]}), 40)
        with open(os.path.join(self.up.folder, "control", "demo.json")) as file:
            self.assertEqual(len({each["domain"] for each in json.load(file)["administrators"]}), 2)

    def test_nobody_else_may_look_into_the_folder(self):
        for part, _, names in os.walk(self.up.folder):
            if "public" in part:
                continue
            for name in names:
                mode = os.stat(os.path.join(part, name)).st_mode & 0o077
                if name != "up.txt":
                    self.assertEqual(mode, 0, os.path.join(part, name))
        self.assertEqual(os.stat(os.path.join(self.up.folder, "status/public/index.html")).st_mode & 0o777, 0o644)

    def test_a_connection_waits_for_a_process_that_was_killed(self):
        for title, pid, at in self.planes():
            os.kill(pid, signal.SIGKILL)
            with socket.create_connection((at["host"], at["port"]), timeout=PATIENCE) as client:
                self.assertTrue(client.recv(100), title)
            until(lambda t=title, p=pid: self.pid(t) not in (0, p), title)

    def test_one_that_keeps_dying_comes_back_more_slowly(self):
        before = len(self.events("supervisor", "supervisor.restart"))
        for _ in range(3):
            pid = self.pid("status")
            os.kill(pid, signal.SIGKILL)
            until(lambda p=pid: self.pid("status") not in (0, p), "status")
        pauses = [line["pause_ms"] for line in self.events("supervisor", "supervisor.restart")[before:] if line["plane"] == "status"]
        self.assertEqual(pauses, [100, 200, 400])
        self.assertIn("Postroad Status", get(self.up.status()))

    def test_each_process_tells_its_metrics_health_and_readiness(self):
        all = self.up.read_endpoints()
        with open("docs/metrics.md") as file:
            listed = file.read()
        for plane in (*all["clusters"].values(), all["control"], all["status"]):
            url = f"http://127.0.0.1:{plane['metrics']['port']}"
            until(lambda u=url: self.code(u + "/ready") == 200, "readiness")
            self.assertEqual(get(url + "/health"), "ok\n")
            self.assertEqual(self.code(url + "/else"), 404)
            kinds = {}
            for line in get(url + "/metrics").splitlines():
                if line.startswith("# TYPE "):
                    kinds[line.split()[2]] = line.split()[3]
                elif not line.startswith("#"):
                    name = line.split("{")[0].split(" ")[0]
                    base = next((name.removesuffix(end) for end in ("_bucket", "_sum", "_count") if kinds.get(name.removesuffix(end)) == "histogram"), name)
                    self.assertIn(base, kinds, line)
                    self.assertRegex(listed, rf"`{base}` \| {kinds[base]} ", "docs/metrics.md")
                    float(line.rsplit(" ", 1)[1])
            self.assertTrue(kinds)

    @staticmethod
    def code(url):
        try:
            with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    def test_logs_are_lines_of_json_whose_events_are_listed(self):
        with open("docs/log.md") as file:
            listed = file.read()
        for name in ("supervisor", "cluster.a", "cluster.b", "control", "status"):
            lines = self.log(name)  # each line parsed, no name twice
            self.assertTrue(lines, name)
            for line in lines:
                self.assertEqual(line["process"], name)
                self.assertIn(f"`{line['event']}`", listed)
                self.assertRegex(line["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")

    def test_settings_are_read_again_on_a_signal(self):
        config = os.path.join(self.up.folder, "postroad.toml")
        sender = "somebody@far.example"

        def mail():
            with smtplib.SMTP(*self.up.at("a", "smtp"), timeout=PATIENCE) as client:
                client.sendmail(sender, [self.up.accounts("a")[0]["address"]], "Subject: x\r\n\r\nx\r\n")

        def told(name, count):
            return len(self.events("cluster.a", name)) >= count

        def log_text():
            with open(os.path.join(self.up.folder, "log/cluster.a.log")) as file:
                return file.read()

        mail()
        until(lambda: sender in log_text(), "an address in full")
        with open(config, "w") as file:
            file.write('[log]\naddresses = "hashed"\n[smtp]\nsessions_max = 77\n')
        self.assertEqual(ask("reload", "--dir", self.up.folder)[0], 0)
        until(lambda: told("settings.need_restart", 1), "what waits for a restart")
        self.assertEqual(self.events("cluster.a", "settings.need_restart")[0]["names"], "smtp.sessions_max")
        before = len(log_text())
        mail()
        until(lambda: '"#' in log_text()[before:], "a hashed address")
        self.assertNotIn(sender, log_text()[before:])

        with open(config, "w") as file:
            file.write('[log]\n\naddresses = "loud"\n')
        code, said = ask("reload", "--dir", self.up.folder)
        self.assertEqual(code, 1)
        self.assertIn('postroad.toml:3: log.addresses: expected "full" or "hashed", not "loud"', said)
        os.kill(self.supervisor(), signal.SIGHUP)  # past the check: each process keeps what it has
        until(lambda: told("settings.refused", 1), "a refusal")
        os.remove(config)
        self.assertEqual(ask("reload", "--dir", self.up.folder)[0], 0)
        until(lambda: told("settings.reloaded", 2), "the defaults")
        before = len(log_text())
        mail()
        until(lambda: sender in log_text()[before:], "an address in full again")

    def supervisor(self):
        with open(os.path.join(self.up.folder, "supervisor.pid")) as file:
            return int(file.read())

    def test_a_second_one_is_refused(self):
        code, said = ask("up", "--dir", self.up.folder, "--port-base", str(free_port_base()))
        self.assertEqual(code, 1)
        self.assertIn("running in " + self.up.folder, said)
        with tempfile.TemporaryDirectory() as other:
            code, said = ask("up", "--dir", other, "--port-base", str(self.up.at("a", "smtp")[1] - 25), "--detach")
            self.assertEqual(code, 1)
            self.assertRegex(said, r"can't listen on 127\.0\.0\.1:\d+: Address already in use; choose other ports with --port-base")
            self.assertEqual(ask("down", "--dir", other)[0], 1)


class Stopping(unittest.TestCase):
    def test_sessions_get_their_goodbye_and_all_is_there_after_the_next_start(self):
        with Running() as up:
            account = up.accounts("a")[0]
            with smtplib.SMTP(*up.at("a", "smtp"), timeout=PATIENCE) as client:
                client.sendmail("somebody@far.example", [account["address"]], "Subject: kept\r\n\r\nkept\r\n")
            imap = imaplib.IMAP4_SSL(*up.at("a", "imaps"), ssl_context=ssl.create_default_context(cafile=up.ca), timeout=PATIENCE)
            imap.login(account["address"], account["password"])
            imap.select("INBOX")
            smtp = socket.create_connection(up.at("a", "smtp"), timeout=PATIENCE)
            pop = socket.create_connection(up.at("b", "pop3"), timeout=PATIENCE)
            app = socket.create_connection(up.control("app_plain"), timeout=PATIENCE)
            for each in (smtp, pop, app):
                self.assertTrue(each.recv(1000))

            self.assertEqual(ask("down", "--dir", up.folder), (0, "Stopped.\n"))
            self.assertTrue(imap.readline().startswith(b"* BYE"))
            self.assertTrue(smtp.recv(1000).startswith(b"421 "))
            self.assertTrue(pop.recv(1000).startswith(b"-ERR"))
            self.assertTrue(app.recv(1000).startswith(b"ER "))
            imap.shutdown()
            for each in (smtp, pop, app):
                self.assertEqual(each.recv(1000), b"")
                each.close()
            with self.assertRaises(OSError):
                socket.create_connection(up.at("a", "smtp"), timeout=PATIENCE)
            self.assertEqual(ask("down", "--dir", up.folder), (1, f"postroad: nothing runs in {up.folder}\n"))

            started = time.monotonic()
            up.start()
            self.assertLess(time.monotonic() - started, 15, "seconds for a second start")
            self.assertEqual(up.accounts("a")[0], account)
            pop = poplib.POP3_SSL(*up.at("a", "pop3s"), context=ssl.create_default_context(cafile=up.ca), timeout=PATIENCE)
            pop.user(account["address"])
            pop.pass_(account["password"])
            self.assertEqual(pop.stat()[0], 1)
            pop.quit()

            self.assertEqual(ask("down", "--dir", up.folder)[0], 0)
            base = str(free_port_base())
            code, said = ask("up", "--dir", up.folder, "--port-base", base, "--fresh", "--detach")
            self.assertEqual(code, 0, said)
            up.read_endpoints()
            self.assertEqual(up.accounts("a")[0]["address"], account["address"])
            self.assertNotEqual(up.accounts("a")[0]["password"], account["password"])

    def test_the_status_page_outlives_its_supervisor(self):
        with Running() as up:
            all = up.endpoints
            with open(os.path.join(up.folder, "supervisor.pid")) as file:
                os.kill(int(file.read()), signal.SIGKILL)
            for pid in (all["control"]["pid"], all["clusters"]["a"]["pid"], all["clusters"]["b"]["pid"]):
                until(lambda p=pid: not self.is_there(p), "the planes' end")
            self.assertIn("Postroad Status", get(up.status()))
            self.assertIn("components", json.loads(get(up.status() + "/api/v2/summary.json")))
            code, said = ask("down", "--dir", up.folder)
            self.assertEqual((code, said), (0, "Stopped the status plane, which had outlived its supervisor.\n"))
            self.assertFalse(self.is_there(all["status"]["pid"]))
            up.start()  # and so would this have

    @staticmethod
    def is_there(pid):
        try:
            with open(f"/proc/{pid}/stat") as file:
                return file.read().rsplit(")", 1)[1].split()[0] != "Z"
        except OSError:
            return False


class Refusing(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="postroad.")
        self.addCleanup(shutil.rmtree, self.folder)

    def refused(self, *arguments):
        code, said = ask(*arguments)
        self.assertEqual(code, 1, said)
        return said

    def test_settings_that_are_wrong(self):
        with open(os.path.join(self.folder, "postroad.toml"), "w") as file:
            file.write('[smtp]\nsessions_max = "many"\n[status]\nzone = "Europe/Atlantis"\n')
        said = self.refused("up", "--dir", self.folder, "--port-base", "10000")
        self.assertIn('postroad.toml:2: smtp.sessions_max: expected a number from 1 to 1000000, not "many"', said)
        self.assertIn("postroad.toml:4: status.zone: expected an IANA time zone", said)

    def test_a_folder_that_is_none_or_somebody_elses(self):
        file = os.path.join(self.folder, "file")
        with open(file, "w"):
            pass
        self.assertIn("can't make the folder " + file, self.refused("up", "--dir", file))
        long = os.path.join(self.folder, "x" * 100)
        self.assertIn("choose a shorter --dir", self.refused("up", "--dir", long))
        os.mkdir(os.path.join(self.folder, "log"))
        said = self.refused("up", "--dir", self.folder, "--fresh")
        self.assertIn("was not made by postroad", said)
        self.assertTrue(os.path.isdir(os.path.join(self.folder, "log")))

    def test_nothing_runs(self):
        for command in (["down"], ["reload"]):
            self.assertIn("nothing runs in", self.refused(*command, "--dir", self.folder))
        for command in (["provisioning", "state"], ["incident", "list"]):
            self.assertIn("is postroad running with this --dir?", self.refused(*command, "--dir", self.folder))

    def test_a_plane_by_hand(self):
        self.assertIn("`postroad up`", self.refused("control", "--dir", self.folder))

    def test_what_is_no_command(self):
        self.assertEqual(ask("upp")[0], 2)
        self.assertEqual(ask("up", "--port-base", "70000")[0], 2)
        self.assertEqual(ask("--version")[0], 0)


@unittest.skipIf(os.geteuid() != 0, "all other tests run without root then")
class WithoutRoot(unittest.TestCase):
    NOBODY = {"user": 65534, "group": 65534, "extra_groups": []}

    def test_all_of_it(self):
        with tempfile.TemporaryDirectory(prefix="postroad.") as home:
            os.chmod(home, 0o755)
            binary = shutil.copy(BINARY, os.path.join(home, "postroad"))
            closed, own = os.path.join(home, "closed"), os.path.join(home, "own")
            os.mkdir(closed, 0o700)
            os.mkdir(own)
            os.chown(own, 65534, 65534)
            base = str(free_port_base())

            def nobody(*arguments):
                return ask(*arguments, binary=binary, cwd=own, **self.NOBODY)

            code, said = nobody("up", "--dir", os.path.join(closed, "x"), "--port-base", base)
            self.assertEqual((code, said), (1, f"postroad: can't make the folder {closed}/x: Permission denied\n"))
            code, said = nobody("up", "--port-base", base, "--detach")
            self.assertEqual(code, 0, said)
            try:
                self.assertIn(f"Stop it with: {binary} down --dir demo", said)
                self.assertEqual(nobody("provisioning", "state")[0], 0)
            finally:
                self.assertEqual(nobody("down"), (0, "Stopped.\n"))
            with Running() as up:
                code, said = nobody("down", "--dir", up.folder)
                self.assertEqual(code, 1)
                self.assertIn("Permission denied", said)


if __name__ == "__main__":
    unittest.main(verbosity=2)
