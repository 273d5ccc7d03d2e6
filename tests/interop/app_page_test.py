"""The page of APP (docs/app.md): each command has an example, and the examples, played to a server from top to bottom by clients in Perl,
PHP and Node in both forms of lists, come out as the page says."""

import json
import os
import re
import unittest

from demo import Demo, main

HERE = os.path.dirname(__file__)
ROOT = os.path.dirname(os.path.dirname(HERE))
CLIENTS = {"perl": ["perl", os.path.join(HERE, "app_parsing.pl")],
           "php": ["php", os.path.join(HERE, "app_parsing.php")],
           "node": ["node", os.path.join(HERE, "app_parsing.js")]}


def examples():
    """(request, lines of the reply), in the order of the page, from its list of commands on."""
    with open(os.path.join(ROOT, "docs", "app.md")) as file:
        page = file.read()
    made = []
    for line in page[page.index("## Commands"):].splitlines():
        if line.startswith("    C: "):
            made.append((line[7:], []))
        elif line.startswith("    S: "):
            made[-1][1].append(line[7:])
    return made


def verbs():
    """All commands that the server has."""
    with open(os.path.join(ROOT, "src", "appd", "command.cc")) as file:
        return {"VER", "LOGIN", "QUIT", *re.findall(r'^    \{"([A-Z_]+)", "', file.read(), re.M)}


def values(text, separator):
    return [value.replace('""', '"') for value in re.findall(r'"((?:[^"]|"")*)"', text)]


def wanted(lines):
    """A reply of the page (version 3.5) as clients see it."""
    status, number = lines[0].split(" ")[:2]
    reply = {"status": status, "number": int(number)}
    if status == "ER" or len(lines) == 1:
        return reply
    if re.match('[A-Z_]+="', lines[1]):
        pairs = re.findall(r'([A-Z_]+)="((?:[^"]|"")*)"', lines[1])
        return reply | {"record": {key: value.replace('""', '"') for key, value in pairs}}
    return reply | {"columns": lines[1].split(","), "rows": [values(line, ",") for line in lines[2:]]}


def matches(want, got):
    """`...` on the page stands for anything."""
    if isinstance(want, dict):
        return isinstance(got, dict) and want.keys() == got.keys() and all(matches(want[key], got[key]) for key in want)
    if isinstance(want, list):
        return isinstance(got, list) and len(want) == len(got) and all(map(matches, want, got))
    if isinstance(want, str):
        return isinstance(got, str) and re.fullmatch(".*".join(map(re.escape, want.split("..."))), got, re.S) is not None
    return want == got


class Page(unittest.TestCase):
    # Long enough that each answer is what became of the request.
    CONFIG = "[provisioning]\nanswer_wait = \"30s\"\n"

    @classmethod
    def setUpClass(cls):
        cls.demo = cls.enterClassContext(Demo(cls.CONFIG))

    def test_each_command_has_an_example(self):
        self.assertEqual(sorted(verbs() - {request.split(" ")[0] for request, _ in examples()}), [])

    def play(self, client, version, name):
        """The page's conversation, on domains of its own."""
        admin = self.demo.endpoints["admin"]
        login = {"admin": admin["user"], "north.adm": admin["domain"], "secret": admin["password"]}
        story = []
        for request, reply in examples():
            if request.startswith("VER "):
                continue
            if request.startswith("LOGIN "):
                for old, new in login.items():
                    request = request.replace(f'"{old}"', f'"{new}"')
            story.append(tuple(text.replace("example.com", f"{name}.com").replace("example.org", f"{name}.org").replace("example.net", f"{name}.net")
                               for text in (request, "\n".join(reply))))
        said = self.demo.run([*CLIENTS[client], str(self.demo.endpoints["control"]["app"]["port"]), self.demo.ca, version],
                             input="\n".join(request for request, _ in story) + "\n", timeout=200)
        replies = [json.loads(line) for line in said.splitlines()]
        self.assertEqual(len(replies), len(story), said[-2000:])
        for (request, reply), got in zip(story, replies):
            with self.subTest(client=client, version=version, request=request):
                want = wanted(reply.split("\n"))
                self.assertTrue(matches(want, got), f"\nwant {want}\ngot  {got}")

    def test_perl_3_5(self):
        self.play("perl", "3.5", "pa")

    def test_perl_3_3(self):
        self.play("perl", "3.3", "pb")

    def test_php_3_5(self):
        self.play("php", "3.5", "ha")

    def test_php_3_4(self):
        self.play("php", "3.4", "hb")

    def test_node_3_5(self):
        self.play("node", "3.5", "na")

    def test_node_3_3(self):
        self.play("node", "3.3", "nb")


main()
