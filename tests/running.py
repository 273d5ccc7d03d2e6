"""A running Postroad for tests: its own folder, its own ports, stopped at the end.

    with Running() as postroad:
        account = postroad.accounts("a")[0]
        host, port = postroad.at("a", "imap")
"""

import fcntl
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time

BINARY = os.environ.get("POSTROAD", "build/release/postroad")
CLUSTER = (24, 25, 110, 143, 900, 993, 995)
PORTS = (*CLUSTER, *(1000 + each for each in CLUSTER), 2080, 2400, 2443, 2449, 2450, 2901, 2902)  # of one instance, from its base
RANGE = 3000
claims = {}  # base: the file whose lock says that it is ours, for as long as this process lives


def claim(base):
    """Whether no other test, of this or another tree, has the range: each holds a lock."""
    file = open(os.path.join(tempfile.gettempdir(), f"postroad-ports.{os.getuid()}.{base}"), "w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return False
    claims[base] = file
    return True


def is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def free_port_base():
    """A base in whose range nobody listens, and no other test will. Below the ports that the kernel gives to clients."""
    bases = list(range(2000, 29_000, RANGE))
    random.shuffle(bases)
    until = time.monotonic() + 120
    while time.monotonic() < until:
        for base in bases:
            if (base in claims or claim(base)) and all(is_free(base + each) for each in PORTS):
                return base
        time.sleep(0.5)  # other tests have all of them: one will end
    raise RuntimeError("no free range of ports")


class Running:
    def __init__(self, config=None):
        self.folder = tempfile.mkdtemp(prefix="postroad.")
        self.config = config
        self.endpoints = {}

    def __enter__(self):
        if self.config:
            with open(os.path.join(self.folder, "postroad.toml"), "w") as file:
                file.write(self.config)
        try:
            self.start()
        except Exception:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise
        return self

    def __exit__(self, kind, value, trace):
        self.stop()
        if kind is not None:
            self.show_logs()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self):
        # Somebody may take the ports between looking and starting.
        for _ in range(5):
            base = free_port_base()
            with open(os.path.join(self.folder, "up.txt"), "w") as out:
                done = subprocess.run([BINARY, "up", "--dir", self.folder, "--port-base", str(base), "--detach"],
                                      stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, timeout=150)
            if done.returncode == 0:
                break
            said = open(os.path.join(self.folder, "up.txt")).read()
            if "can't listen" not in said:
                raise RuntimeError("postroad up failed: " + said)
        else:
            raise RuntimeError("postroad up found no ports: " + said)
        self.read_endpoints()

    def stop(self):
        subprocess.run([BINARY, "down", "--dir", self.folder], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                       stdin=subprocess.DEVNULL, timeout=60)

    def read_endpoints(self):
        with open(os.path.join(self.folder, "endpoints.json")) as file:
            self.endpoints = json.load(file)
        return self.endpoints

    @property
    def ca(self):
        return os.path.join(self.folder, self.endpoints["ca"])

    def at(self, cluster, service):
        """Host and port of a cluster's service."""
        it = self.endpoints["clusters"][cluster][service]
        return it["host"], it["port"]

    def control(self, service):
        it = self.endpoints["control"][service]
        return it["host"], it["port"]

    def status(self):
        it = self.endpoints["status"]["http"]
        return f"http://{it['host']}:{it['port']}"

    def accounts(self, cluster):
        return [it for it in self.endpoints["accounts"] if it["cluster"] == cluster]

    def kill(self, cluster):
        """Ends a cluster's process as a power cut would, and waits until its successor is there."""
        before = self.read_endpoints()["clusters"][cluster]["pid"]
        os.kill(before, signal.SIGKILL)
        until = time.monotonic() + 60
        while time.monotonic() < until:
            now = self.read_endpoints()["clusters"][cluster]["pid"]
            if now not in (0, before):
                return now
            time.sleep(0.05)  # endpoints.json tells; there is nothing to wait on
        raise RuntimeError(f"cluster {cluster} did not come back")

    def show_logs(self):
        logs = os.path.join(self.folder, "log")
        for name in sorted(os.listdir(logs)) if os.path.isdir(logs) else []:
            if name.endswith(".log"):
                with open(os.path.join(logs, name), errors="replace") as file:
                    print(f"--- {name}\n" + "".join(file.readlines()[-25:]))


def main(tests, config=None):
    """Runs each test with one running Postroad; says which failed."""
    failed = []
    with Running(config) as postroad:
        for test in tests:
            try:
                test(postroad)
                print(f"ok   {test.__name__}")
            except Exception as error:  # noqa: BLE001: the next test shall run all the same
                failed.append(test.__name__)
                print(f"FAIL {test.__name__}: {type(error).__name__}: {error}")
        if failed:
            postroad.show_logs()
    print(f"{len(tests) - len(failed)} passed, {len(failed)} failed")
    raise SystemExit(1 if failed else 0)
