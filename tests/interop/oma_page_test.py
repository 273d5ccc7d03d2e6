"""The page of OMA (docs/oma.md): each method has a row and an example, and the examples, played from top to bottom by clients in Perl, PHP
and Node, come out as the page says."""

import json
import os
import re
import shutil
import subprocess
import unittest

from demo import Case, main

HERE = os.path.dirname(__file__)
ROOT = os.path.dirname(os.path.dirname(HERE))
CLIENTS = {"perl": "oma_playing.pl", "php": "oma_playing.php", "node": "oma_playing.js"}
# Those whose replies are another test's.
ELSEWHERE = {"generate_token", "get_company_changes", "get_domain_changes", "get_user_changes", "get_user_attribute_history", "logout_user", "app_password",
             "user_disable_2fa", "stats_list", "stats_snapshot", "stats_summary", "search_domains", "search_users", "search_admins",
             "bulk_add", "bulk_append", "bulk_jobs", "bulk_status", "bulk_result", "bulk_approve", "bulk_pause", "bulk_resume", "bulk_cancel", "bulk_undo"}


def page():
    with open(os.path.join(ROOT, "docs", "oma.md")) as file:
        return file.read()


def examples():
    """In the order of the page: (method, members, reply), or ("mail", address, subject)."""
    made = []
    text = page()
    for line in text[text.index("## Examples"):].splitlines():
        if line.startswith("    > "):
            method, members = line[6:].split(" ", 1)
            made.append([method, members, ""])
        elif line.startswith("    < "):
            made[-1][2] = line[6:]
        elif arrived := re.match(r"A message `(.*)` arrives for `(.*)`", line):
            made.append(["mail", arrived[2], arrived[1]])
    return made


def methods():
    """All that the server has, and what runs each: None where it answers error 26."""
    with open(os.path.join(ROOT, "src", "omad", "method.cc")) as file:
        found = re.findall(r'^    \{"([a-z_0-9]+)", (\w+)\}', file.read(), re.M)
    return {name: None if run == "nullptr" else run for name, run in found}


def flaw(want, got, where="reply"):
    """What differs, or None. `...` on the page stands for anything, as a text, the last of a list, or a member's name: for any others."""
    if isinstance(want, dict) and isinstance(got, dict):
        for name, value in want.items():
            if name == "...":
                continue
            if name not in got:
                return f"{where} has no {name}"
            if found := flaw(value, got[name], f"{where}.{name}"):
                return found
        extra = got.keys() - want.keys()
        return f"{where} has {sorted(extra)} besides" if extra and "..." not in want else None
    if isinstance(want, list) and isinstance(got, list):
        if want and want[-1] == "...":
            want, got = want[:-1], got[:len(want) - 1]
        if len(want) != len(got):
            return f"{where} has {len(got)} entries, not {len(want)}"
        return next(filter(None, (flaw(one, other, f"{where}[{at}]") for at, (one, other) in enumerate(zip(want, got)))), None)
    if isinstance(want, str) and "..." in want:
        text = got if isinstance(got, str) else json.dumps(got)
        return None if re.fullmatch(".*".join(map(re.escape, want.split("..."))), text, re.S) else f"{where} is {got!r}, not {want!r}"
    return None if type(want) is type(got) and want == got else f"{where} is {got!r}, not {want!r}"


def learn(want, got, known):
    """`$name` on the page stands for what a later request needs."""
    if isinstance(want, dict) and isinstance(got, dict):
        return {name: learn(value, got.get(name), known) for name, value in want.items()}
    if isinstance(want, list) and isinstance(got, list):
        return [learn(one, got[at] if at < len(got) else None, known) for at, one in enumerate(want)]
    if isinstance(want, str) and re.fullmatch(r"\$[a-z]+", want):
        known[want] = str(got)
        return got
    return want


class Page(Case):
    # Long enough that each answer is what became of the request.
    CONFIG = "[provisioning]\nanswer_wait = \"30s\"\n"

    def test_each_method_has_a_row(self):
        text = page()
        for name, run in methods().items():
            with self.subTest(method=name):
                has_row = any(f"`{name}`" in line.split(" | ")[0] for line in text.splitlines() if line.startswith("| `"))
                self.assertIs(run is not None, has_row)

    def test_each_method_has_an_example(self):
        available = {name for name, run in methods().items() if run}
        self.assertEqual(sorted(available - {method for method, _, _ in examples()} - ELSEWHERE), [])

    def mail(self, address, subject):
        import smtplib
        with smtplib.LMTP("localhost", self.demo.port("lmtp", "a")) as client:
            client.sendmail("sender@far.example", [address], f"From: Ann <ann@far.example>\r\nTo: {address}\r\nSubject: {subject}\r\nDate: Mon, 23 Nov 2026 22:26:05 +0000\r\n\r\nbody\r\n")

    def play(self, program, name):
        """The page's conversation, on a company and domains of its own."""
        if shutil.which(program) is None:
            self.skipTest(f"{program} is not installed")
        admin = self.demo.endpoints["admin"]
        url = f"https://localhost:{self.demo.endpoints['control']['https']['port']}"
        known = {}
        client = subprocess.Popen([program, os.path.join(HERE, CLIENTS[program]), url, self.demo.ca, f"{admin['user']}@{admin['domain']}", admin["password"]],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        with client:
            for method, members, reply in examples():
                members, reply = (re.sub(r"\binner\b", f"inner-{name}", text.replace("example.com", f"{name}.com").replace("example.net", f"{name}.net")) for text in (members, reply))
                if method == "mail":
                    self.mail(members, reply)
                    continue
                for word, value in known.items():
                    members = members.replace(word, value)
                client.stdin.write(f"{method} {members}\n")
                client.stdin.flush()
                text = client.stdout.readline().rstrip("\n")
                with self.subTest(client=program, method=method, members=members):
                    self.assertRegex(text, r'^\{"success":(true|false), .*"audit":"r[0-9a-z]{26}"\}$')
                    got = json.loads(text)
                    want = json.loads(reply)
                    want = learn(want, got, known)
                    self.assertIsNone(flaw(want, got), f"\nwant {reply}\ngot  {text}")
                    self.assertEqual([each for each in got if each in want], [each for each in want if each != "..."], "members come in the page's order")
            client.stdin.close()
        self.assertEqual(client.returncode, 0)

    def test_perl(self):
        self.play("perl", "pa")

    def test_php(self):
        self.play("php", "ha")

    def test_node(self):
        self.play("node", "na")


if __name__ == "__main__":
    main()
