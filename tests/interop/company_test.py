"""The operators' commands outside the demo: the first company and its administrator, limits, second factors, tokens, the audit. Whoever
was made signs in; what can't be done is said, and ends with a code of its own."""

import json
import os
import re
import subprocess
import tempfile
import urllib.request

from demo import Case, main
from running import BINARY


class Company(Case):
    def operator(self, *words, code=0, **more):
        done = subprocess.run([BINARY, *words, "--dir", self.demo.folder], timeout=60, capture_output=True, text=True, check=False, **more)
        self.assertEqual(done.returncode, code, f"{words}: {done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    def oma(self, method, who, password=None, token=None, **members):
        credentials = {"user": who, **({"token": token} if token else {"password": password})}
        body = json.dumps({"credentials": credentials, **members}).encode()
        port = self.demo.endpoints["control"]["https"]["port"]
        with urllib.request.urlopen(urllib.request.Request(f"https://localhost:{port}/api/{method}", data=body), context=self.demo.tls()) as got:
            return json.loads(got.read())

    def make(self, name, *more):
        """A company, and its administrator's password, which is shown this once."""
        said = self.operator("company", "create", name, "--generate", *more)
        return re.search(r"password (\S+) \(", said).group(1)

    def test_the_first_company(self):
        password = self.make("first.adm", "--name", "First and Sons", "--mailboxes", "3", "--storage", "10GiB", "--cluster", "a")
        self.assertGreaterEqual(len(password), 26)
        self.assertTrue(self.oma("authenticate", "admin@first.adm", password)["success"])
        self.assertTrue(self.oma("change_domain", "admin@first.adm", password, domain="first.test", attributes={})["success"])
        for n in range(3):
            made = self.oma("change_user", "admin@first.adm", password, user=f"u{n}@first.test", attributes={"password": "correct horse", "quota": 1 << 30})
            self.assertTrue(made["success"], made)
        over = self.oma("change_user", "admin@first.adm", password, user="u9@first.test", attributes={"password": "correct horse", "quota": 1 << 30})
        self.assertEqual(over["error_number"], 20)
        shown = self.operator("company", "show", "first.adm")
        self.assertRegex(shown, r"mailboxes +3 used, limit 3")
        self.assertRegex(shown, r"storage +3\.0 GiB used, limit 10 GiB")
        self.assertRegex(shown, r"admin +off .* company")
        self.assertRegex(self.operator("company", "limits", "first.adm", "--mailboxes", "none"), r"mailboxes +3 used, limit none")
        self.make("below.adm", "--under", "first.adm")
        self.assertRegex(self.operator("company", "list", "--under", "first.adm"), r"below\.adm +below +first\.adm")
        self.operator("company", "delete", "below.adm")
        said = self.operator("audit", "--company", "first.adm", "--kind", "company.limits")
        self.assertRegex(said, r"\n20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ company\.limits +first\.adm +operator +operator +-\n +mailboxes \"3\" -> \"none\"")
        said = self.operator("audit", "--user", "u0@first.test", "--kind", "account.put")
        self.assertRegex(said, r"account\.put +u0@first\.test +admin@first\.adm +oma +127\.0\.0\.1\n +domain \"\" -> \"first\.test\", local \"\" -> \"u0\"")
        self.assertNotRegex(said, r"[a-z][a-z2-7]{26}|\b[0-9]{16}\b")  # ids, microseconds
        entry = json.loads(self.operator("audit", "--user", "u0@first.test", "--kind", "account.put", "--json"))["entries"][0]
        self.assertRegex(entry["object"], r"^user/a[a-z2-7]{26}$")
        self.assertRegex(next(each["to"] for each in entry["fields"] if each["field"] == "domain"), r"^d[a-z2-7]{26}$")
        self.assertNotIn(password, self.operator("audit", "--most", "1000"))

    def test_an_administrator_is_let_in_again(self):
        self.make("again.adm")
        with tempfile.NamedTemporaryFile("w") as file:
            file.write("a very long word\nand no more\n")
            file.flush()
            self.operator("administrator", "password", "admin@again.adm", "--password-file", file.name)
        self.assertTrue(self.oma("authenticate", "admin@again.adm", "a very long word")["success"])
        self.operator("administrator", "password", "admin@again.adm", "--password-file", "-", input="another long word\n")
        self.assertEqual(self.oma("authenticate", "admin@again.adm", "a very long word")["error_number"], 1)
        made = self.oma("generate_token", "admin@again.adm", "another long word", user="admin@again.adm", reason="billing", type="oma")
        listed = self.operator("administrator", "tokens", "admin@again.adm")
        self.assertIn(made["id"], listed)
        self.assertNotIn(made["token"], listed)
        self.assertTrue(self.oma("authenticate", "admin@again.adm", token=made["token"])["success"])
        self.operator("administrator", "revoke", "admin@again.adm", "--id", made["id"])
        self.assertEqual(self.oma("authenticate", "admin@again.adm", token=made["token"])["error_number"], 1)
        self.operator("administrator", "unlock", "admin@again.adm")
        self.operator("administrator", "unlock", "--address", "127.0.0.1")
        self.operator("administrator", "reset-totp", "admin@again.adm")
        self.assertIn("password", self.operator("administrator", "create", "ann@again.adm", "--role", "company_ro", "--generate"))
        self.assertRegex(self.operator("administrator", "list", "again.adm"), r"ann +off .* company_ro")
        self.operator("administrator", "delete", "ann@again.adm")

    def test_what_can_not_be_done(self):
        cases = ((("company",), 2, "subcommand"), (("company", "create"), 2, "admin_domain"),
                 (("company", "create", "x.test", "--generate"), 1, ".adm"),
                 (("company", "create", "x.adm"), 1, "--generate"),
                 (("company", "create", "x.adm", "--generate", "--storage", "lots"), 1, "a limit is"),
                 (("company", "create", "x.adm", "--generate", "--under", "ghost.adm"), 1, "no such company"),
                 (("company", "show", "ghost.adm"), 1, "no such company"), (("company", "limits", "ghost.adm"), 1, "name a limit"),
                 (("administrator", "unlock"), 1, "name an administrator"), (("administrator", "password", "admin", "--generate"), 1, "admin@north.adm"),
                 (("administrator", "list", "ghost.adm"), 1, "no such company"), (("audit", "--from", "yesterday"), 1, "a time is"),
                 (("audit", "--domain", "ghost.test"), 1, "no domain"), (("audit", "--most", "0"), 2, "--most"))
        for words, code, says in cases:
            with self.subTest(words=words):
                where = [] if code == 2 and words == ("company",) else ["--dir", self.demo.folder]
                done = subprocess.run([BINARY, *words, *where], timeout=60, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
                self.assertEqual(done.returncode, code, done.stdout + done.stderr)
                self.assertIn(says, done.stdout + done.stderr)
        self.assertNotIn("x.adm", self.operator("company", "list"))

    def test_control_is_away(self):
        with tempfile.TemporaryDirectory() as empty:
            done = subprocess.run([BINARY, "company", "list", "--dir", os.path.join(empty, "none")], timeout=60, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("is postroad running", done.stderr)


if __name__ == "__main__":
    main()
