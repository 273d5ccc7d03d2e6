"""What the tests of real clients share: a demo of its own for each test, and a look into its mailboxes."""

import email
import email.policy
import imaplib
import os
import smtplib
import ssl
import subprocess
import unittest

from running import Running


class Demo(Running):
    def run(self, command, timeout=60, **more):
        """Runs a client to its end; what it said is in the failure."""
        done = subprocess.run(command, timeout=timeout, capture_output=True, text=True, check=False, **more)
        if done.returncode != 0:
            raise AssertionError(f"{command} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def port(self, service, cluster="a"):
        return self.at(cluster, service)[1]

    def account(self, number, cluster="a"):
        """(address, password) of one of the demo's mailboxes."""
        found = self.accounts(cluster)[number]
        return found["address"], found["password"]

    def tls(self):
        return ssl.create_default_context(cafile=self.ca)

    def imap(self, number, cluster="a"):
        client = imaplib.IMAP4_SSL("localhost", self.port("imaps", cluster), ssl_context=self.tls())
        client.login(*self.account(number, cluster))
        return client

    def messages(self, number, folder="INBOX", cluster="a"):
        """All messages of a folder, parsed."""
        client = self.imap(number, cluster)
        assert client.select(folder, readonly=True)[0] == "OK"
        found = client.uid("search", None, "ALL")[1][0].split()
        texts = [client.uid("fetch", uid, "(BODY.PEEK[])")[1][0][1] for uid in found]
        client.logout()
        return [email.message_from_bytes(text, policy=email.policy.default) for text in texts]


class Case(unittest.TestCase):
    """Cases of one class share a demo."""

    CONFIG = None  # its postroad.toml

    @classmethod
    def setUpClass(cls):
        cls.demo = cls.enterClassContext(Demo(cls.CONFIG))

    def subjects(self, number, **where):
        return [str(each["Subject"]) for each in self.demo.messages(number, **where)]

    def send(self, number, subject, body="body\n", sender="sender@far.example"):
        """A message by LMTP, which every test may take for granted but that of LMTP itself."""
        address = self.demo.account(number)[0]
        with smtplib.LMTP("localhost", self.demo.port("lmtp")) as client:
            client.sendmail(sender, [address], f"From: {sender}\r\nTo: {address}\r\nSubject: {subject}\r\n\r\n{body}")

    def app(self, *requests, version="3.5"):
        """The replies to these requests, each a list of lines; the greeting, VER, LOGIN and QUIT are taken care of."""
        admin = self.demo.endpoints["admin"]
        login = f'LOGIN user="{admin["user"]}" domain="{admin["domain"]}" password="{admin["password"]}"'
        lines = [f'VER ver="{version}"', login, *requests, "QUIT"]
        client = os.path.join(os.path.dirname(__file__), "app_client.pl")
        port = str(self.demo.endpoints["control"]["app"]["port"])
        said = self.demo.run(["perl", client, port, self.demo.ca], input="\n".join(lines) + "\n")
        replies = [part.split("\n") for part in said.removesuffix(".\n").split("\n.\n")]
        self.assertEqual(len(replies), len(lines) + 1, said)
        self.assertTrue(replies[0][0].startswith("OK 0 HI APP 3.5"), replies[0])
        self.assertTrue(all(reply[0].startswith("OK 0") for reply in replies[1:3] + replies[-1:]), said)
        return replies[3:-1]

    def ok(self, reply):
        self.assertTrue(reply[0].startswith("OK 0"), reply)

    def change(self, request):
        """A request that changes something, until it is applied."""
        reply = self.app(request)[0]
        self.ok(reply)
        settled = self.app(f'WAIT_CHANGE change="{reply[1].split(chr(34))[1]}" seconds="20"')[0]
        self.assertIn('STATE="applied"', settled[1])


def main():
    unittest.main(verbosity=2)

