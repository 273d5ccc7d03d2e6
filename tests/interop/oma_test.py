"""Scripts in Perl, PHP and Node that speak OMA as billing modules do, over TLS: each makes a domain and a user, changes,
searches, deletes and restores it, asks what was done, signs in by tokens of each kind, and all see the same."""

import json
import os
import re
import shutil
import unittest
import urllib.error
import urllib.request

from demo import Case, main

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

    def test_the_examples_of_statistics(self):
        """As docs/oma.md has them: what is answered has the members that stand there."""
        with open(os.path.join(os.path.dirname(__file__), "../../docs/oma.md")) as file:
            section = file.read().split("## Statistics\n")[1].split("\n## ")[0]
        examples = re.findall(r"\$ (curl .*?\n.*?)\n +(\{.*)", section)
        self.assertGreaterEqual(len(examples), 2)
        admin = self.demo.endpoints["admin"]
        for command, reply in examples:
            words = command.replace("\\\n", " ").replace("DIR/tls/ca.pem", self.demo.ca).replace("https://127.0.0.1:PORT", self.url())
            words = words.replace('"secret"', json.dumps(admin["password"])).replace("admin@north.adm", f"{admin['user']}@{admin['domain']}")
            with self.subTest(command):
                got = json.loads(self.demo.run(["sh", "-c", words]))
                said = json.loads(reply.replace("[...]", "[]"))
                self.assertIs(got["success"], True, got)
                self.assertEqual(list(got), list(said))
                for part in ("summary", "snapshots"):
                    self.assertEqual(list(got.get(part, [])), list(said.get(part, [])))

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
