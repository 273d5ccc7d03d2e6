"""Scripts in Perl, PHP and Node that speak OMA as billing modules do, over TLS: each makes a domain and a user, changes,
searches, deletes and restores it, asks what was done, signs in by tokens of each kind, and all see the same."""

import contextlib
import datetime
import itertools
import json
import os
import re
import shutil
import sqlite3
import time
import unittest
import urllib.error
import urllib.request

from demo import Case, main
from oma_page_test import flaw

CLIENTS = {"perl": "oma_client.pl", "php": "oma_client.php", "node": "oma_client.js"}

SAID = """\
authenticate ok
make the domain ok
ask for nobody error 2
make a user ok
make it again error 7
ask for the user ok
account joe@{domain}, name Joe Doe, type mailbox
change much ok
ask again ok
quota 1000000, aliases joey joseph, forward joe@far.example, POP disabled, zone Europe/Berlin
an unknown attribute error 6
a wrong value error 6
rename ok
search ok
found jim@{domain}/mailbox joey@{domain}/alias joseph@{domain}/alias
delete ok
it is gone error 2
restore ok
it is back ok
what was done ok
by {admin} with oma
what the quota was ok
set to 1000000
a session ok
by its token ok
a token of one's own ok
by that token ok
a token for once ok
by that one ok
and again error 1
administrators ok
found {admin} company
delete again ok
delete the domain ok
another's domain error 9
a wrong password error 1
"""


class Oma(Case):
    def url(self):
        return f"https://localhost:{self.demo.endpoints['control']['https']['port']}"

    def client(self, program):
        if shutil.which(program) is None:
            self.skipTest(f"{program} is not installed")
        admin = self.demo.endpoints["admin"]
        domain = f"by-{program}.test"
        said = self.demo.run([program, os.path.join(os.path.dirname(__file__), CLIENTS[program]), self.url(), self.demo.ca,
                              f"{admin['user']}@{admin['domain']}", admin["password"], domain])
        self.assertEqual(said, SAID.format(domain=domain, admin=f"{admin['user']}@{admin['domain']}"))

    def test_perl(self):
        self.client("perl")

    def test_php(self):
        self.client("php")

    def test_node(self):
        self.client("node")

    def post(self, path, body, **fields):
        request = urllib.request.Request(self.url() + path, data=body.encode(), headers=fields)
        try:
            with urllib.request.urlopen(request, context=self.demo.tls()) as got:
                return got.status, json.loads(got.read())
        except urllib.error.HTTPError as refused:
            return refused.code, json.loads(refused.read())

    def plant_yesterday(self, domain):
        """Figures of a day that is over, which the page's snapshot tells: 3 messages of a user, and one of a user that is gone."""
        counted = {"anna": (3, 6144), "": (4, 8192)}
        day = int(time.time()) // 86_400 - 1
        with contextlib.closing(sqlite3.connect(os.path.join(self.demo.folder, "control", "control.db"), timeout=60)) as database, database:
            columns = [row[1] for row in database.execute("PRAGMA table_info(statistics)")]
            objects = {"": ("domain", database.execute("SELECT id FROM domains WHERE name = ?", (domain,)).fetchone()[0])}
            objects["anna"] = ("user", database.execute("SELECT id FROM users WHERE domain = ? AND local = 'anna'", (objects[""][1],)).fetchone()[0])
            for name, (messages, octets) in counted.items():
                row = dict.fromkeys(columns, 0) | {"scope": objects[name][0], "object": objects[name][1], "period": "day", "start": day * 24, "messages_in": messages, "bytes_in": octets}
                database.execute(f"INSERT INTO statistics ({','.join(row)}) VALUES ({','.join('?' * len(row))})", list(row.values()))
        return datetime.date.fromtimestamp(day * 86_400).isoformat()

    def test_the_examples_of_statistics(self):
        """As docs/oma.md has them, one after the other; `...` and times of the page stand for what differs."""
        with open(os.path.join(os.path.dirname(__file__), "../../docs/oma.md")) as file:
            section = file.read().split("## Statistics\n")[1].split("\n## ")[0]
        examples = re.findall(r"^    \$ (curl .*\n .*)\n((?:    [^$\n].*\n)+)", section, re.M)
        self.assertEqual([re.search(r"PORT/([a-z_/]+)", command)[1] for command, _ in examples], ["api/stats_summary", "api/stats_list", "api/stats_snapshot", "statistics/snapshot"])
        admin = self.demo.endpoints["admin"]
        here = {"2026-11-24": self.plant_yesterday("north-a.test"), "DIR/tls/ca.pem": self.demo.ca, "https://127.0.0.1:PORT": self.url(), "\\\n": " ",
                '"secret"': json.dumps(admin["password"]), "admin@north.adm": f"{admin['user']}@{admin['domain']}"}
        link = None
        for command, reply in examples:
            for words, others in here.items():
                command, reply = command.replace(words, others), reply.replace(words, others)
            if "/statistics/" in command:
                command = re.sub(r"'https:.*'", f"'{link}'", command)
            with self.subTest(command):
                got = self.demo.run(["sh", "-c", command])
                if not reply.lstrip().startswith("{"):
                    self.assertEqual([], [(said, line) for said, line in itertools.zip_longest(reply.split(), got.split()) if flaw(said, line)])
                    continue
                got = json.loads(got)
                said = json.loads(re.sub(r"until=\d+", "until=...", re.sub(r":17956\d+", ':"..."', reply.replace("[...]", '["..."]'))))
                self.assertIsNone(flaw(said, got))
                self.assertEqual(list(got), list(said))
                link = got.get("snapshot")

    def test_what_is_no_request(self):
        for path, body, status in (("/api/echo", "{", 400), ("/api/echo", "{}", 200), ("/api/nothing", "{}", 404), ("/", "{}", 404)):
            with self.subTest(path=path, body=body):
                got, reply = self.post(path, body)
                self.assertEqual(got, status)
                self.assertIs(reply["success"], False)
                self.assertTrue(reply["audit"])

    def test_a_request_that_is_too_large_is_refused_and_others_go_on(self):
        request = urllib.request.Request(self.url() + "/api/echo", data=b"x" * (2 << 20))
        with self.assertRaises((urllib.error.HTTPError, urllib.error.URLError)) as refused:
            urllib.request.urlopen(request, context=self.demo.tls())
        if isinstance(refused.exception, urllib.error.HTTPError):
            self.assertEqual(refused.exception.code, 413)
        self.assertEqual(self.post("/api/echo", "{}")[0], 200)


if __name__ == "__main__":
    main()
