"""A PostgreSQL server of its own, in a temporary folder, on a socket there: for tests and benches.

    server.py COMMAND...     runs the command with POSTROAD_TEST_POSTGRES set to the server's URI

    with Server() as server: server.uri, server.kill(), server.start()
"""

import ctypes
import glob
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

PATIENCE = 60  # seconds for the server to start


def programs():
    """Debian keeps them out of the PATH, by version."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(path.split("/")[4]))
    if not found:
        raise SystemExit("PostgreSQL is not installed: packaging/install-packages test")
    return found[-1]


def user():
    """Who the server runs as: it refuses root."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            pass
    raise SystemExit("there is no user to run PostgreSQL as: postgres, nobody")


def end_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGQUIT)  # PR_SET_PDEATHSIG


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """As a real one, it syncs, and takes connections over TLS on loopback with a password; a quick one does none of it."""

    PASSWORD = "pw-of-the-database"

    def __init__(self, is_quick=False, settings=()):
        self.folder = tempfile.mkdtemp(prefix="postroad-pg.", dir="/tmp")
        self.data = os.path.join(self.folder, "data")
        self.log = os.path.join(self.folder, "log.txt")
        self.bin = programs()
        self.user = user()
        self.process = None
        self.is_quick = is_quick
        self.port = 5432 if is_quick else free_port()
        self.settings = [f"port={self.port}", "max_connections=60", "shared_buffers=64MB", *settings]
        if is_quick:
            self.settings += ["listen_addresses=", "fsync=off", "full_page_writes=off", "synchronous_commit=off"]
        else:
            self.settings += ["listen_addresses=127.0.0.1", "ssl=on"]
        self.uri = f"postgresql://postroad@/postroad?host={self.folder}&port={self.port}"
        self.ca = os.path.join(self.data, "server.crt")
        self.tls_uri = f"postgresql://postroad:{self.PASSWORD}@127.0.0.1:{self.port}/postroad?sslmode=verify-full&sslrootcert={self.ca}"

    def __enter__(self):
        if self.user:
            os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
        with open(self.log, "w") as out:
            done = self.popen([f"{self.bin}/initdb", "-D", self.data, "-U", "postroad", "--auth=trust", "-E", "UTF8", "--locale=C", "--no-sync"],
                              out).wait()
        if done != 0:
            self.fail("initdb failed")
        if not self.is_quick:
            self.take_tls()
        self.start()
        self.sql("CREATE DATABASE postroad", database="postgres")
        if not self.is_quick:
            self.sql(f"ALTER ROLE postroad PASSWORD '{self.PASSWORD}'")
        return self

    def take_tls(self):
        key = os.path.join(self.data, "server.key")
        subprocess.run(["openssl", "req", "-new", "-x509", "-days", "2", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                        "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-out", self.ca, "-keyout", key],
                       check=True, capture_output=True)
        os.chmod(key, 0o600)
        if self.user:
            os.chown(key, self.user.pw_uid, self.user.pw_gid)
        with open(os.path.join(self.data, "pg_hba.conf"), "w") as rules:
            rules.write("local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n")

    def __exit__(self, *_):
        if self.process:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def popen(self, command, out):
        who = {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []} if self.user else {}
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=self.folder, preexec_fn=end_with_parent, **who)

    def start(self):
        options = [word for setting in self.settings for word in ("-c", setting)]
        with open(self.log, "a") as out:
            self.process = self.popen([f"{self.bin}/postgres", "-D", self.data, "-k", self.folder, *options], out)
        self.wait()

    def wait(self):
        """Until it takes connections."""
        until = time.monotonic() + PATIENCE
        while subprocess.run([f"{self.bin}/pg_isready", "-q", "-h", self.folder, "-p", str(self.port)]).returncode != 0:
            if self.process.poll() is not None or time.monotonic() > until:
                self.fail("the server did not start")
            time.sleep(0.05)

    def kill(self):
        """The whole server, as a power cut would."""
        self.process.kill()
        self.process.wait()
        # Its children notice by themselves, and hold the shared memory until then.
        until = time.monotonic() + PATIENCE
        while any(self.is_ours(pid) for pid in os.listdir("/proc") if pid.isdigit()):
            if time.monotonic() > until:
                self.fail("the server's processes did not end")
            time.sleep(0.02)

    def is_ours(self, pid):
        try:
            return os.readlink(f"/proc/{pid}/cwd") == self.data
        except OSError:
            return False

    def sql(self, statement, database="postroad"):
        """What psql prints, without decoration."""
        done = subprocess.run([f"{self.bin}/psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-h", self.folder, "-p", str(self.port),
                               "-U", "postroad", database, "-c", statement], capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        return done.stdout.strip()

    def fail(self, why):
        with open(self.log) as log:
            raise SystemExit(why + ":\n" + log.read()[-3000:])


def main():
    with Server(is_quick=True) as server:
        command = subprocess.Popen(sys.argv[1:], env={**os.environ, "POSTROAD_TEST_POSTGRES": server.uri})
        try:
            code = command.wait()
        except BaseException:
            command.kill()
            raise
    sys.exit(code)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    main()
