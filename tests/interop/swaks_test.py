"""swaks: SMTP in and LMTP, as an administrator would try them."""
import hashlib
import os
import smtplib
import subprocess

from demo import Case, main


class Client(Case):
    def swaks(self, *arguments, service="smtp", fails_with=None):
        command = ["swaks", "--server", "localhost", "--port", str(self.demo.port(service)), "--timeout", "20",
                   "--from", "sender@far.example", "--ehlo", "client.far.example", *arguments]
        done = subprocess.run(command, timeout=60, capture_output=True, text=True, check=False)
        if fails_with is None:
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        else:
            self.assertNotEqual(done.returncode, 0, done.stdout)
            self.assertIn(fails_with, done.stdout)
        return done.stdout



class Swaks(Client):
    def test_plain(self):
        address, _ = self.demo.account(0)
        said = self.swaks("--to", address, "--header", "Subject: swaks plain")
        for extension in ("PIPELINING", "SIZE", "8BITMIME", "SMTPUTF8", "CHUNKING", "ENHANCEDSTATUSCODES", "STARTTLS", "DSN"):
            self.assertIn(extension, said)
        got = [each for each in self.demo.messages(0) if each["Subject"] == "swaks plain"]
        self.assertEqual(len(got), 1)
        self.assertEqual(got[0]["Return-Path"], "<sender@far.example>")
        self.assertIn("client.far.example", got[0]["Received"])

    def test_starttls(self):
        address, _ = self.demo.account(1)
        self.swaks("--to", address, "--header", "Subject: swaks tls", "--tls", "--tls-verify", "--tls-ca-path", self.demo.ca)
        got = [each for each in self.demo.messages(1) if each["Subject"] == "swaks tls"]
        self.assertIn("ESMTPS", got[0]["Received"])

    def test_pipelined_to_two(self):
        first, _ = self.demo.account(2)
        second, _ = self.demo.account(3)
        self.swaks("--to", f"{first},{second}", "--header", "Subject: swaks two", "--pipeline")
        self.assertIn("swaks two", self.subjects(2))
        self.assertIn("swaks two", self.subjects(3))

    def test_attachment_arrives_as_it_was(self):
        address, _ = self.demo.account(4)
        content = os.urandom(3_000_000)
        path = os.path.join(self.demo.folder, "attachment.bin")
        with open(path, "wb") as file:
            file.write(content)
        self.swaks("--to", address, "--header", "Subject: swaks large", "--attach", "@" + path)
        got = [each for each in self.demo.messages(4) if each["Subject"] == "swaks large"]
        parts = [part.get_content() for part in got[0].iter_attachments()]
        self.assertIn(hashlib.sha256(content).digest(), [hashlib.sha256(part).digest() for part in parts if isinstance(part, bytes)])

    def test_refusals(self):
        domain = self.demo.account(0)[0].split("@")[1]
        self.swaks("--to", "nobody-at-all@" + domain, fails_with="550 5.1.1")
        self.swaks("--to", "someone@elsewhere.example", fails_with="550 5.7.1")

    def test_postmaster(self):
        domain = self.demo.account(0)[0].split("@")[1]
        self.swaks("--to", "postmaster@" + domain, "--quit-after", "RCPT")

    def test_lmtp(self):
        address, _ = self.demo.account(5)
        self.swaks("--to", address, "--protocol", "LMTP", "--header", "Subject: swaks lmtp", service="lmtp")
        got = [each for each in self.demo.messages(5) if each["Subject"] == "swaks lmtp"]
        self.assertIn("LMTP", got[0]["Received"])

    def test_lmtp_answers_for_each(self):
        address, _ = self.demo.account(5)
        said = self.swaks("--to", f"{address},nobody@elsewhere.example", "--protocol", "LMTP", "--header", "Subject: swaks each",
                          service="lmtp")
        self.assertIn("550 5.7.1", said)
        self.assertEqual(self.subjects(5).count("swaks each"), 1)

    def test_null_sender(self):
        address, _ = self.demo.account(6)
        self.swaks("--to", address, "--from", "<>", "--header", "Subject: swaks null")
        got = [each for each in self.demo.messages(6) if each["Subject"] == "swaks null"]
        self.assertEqual(got[0]["Return-Path"], "<>")

    def test_what_a_quota_leaves_room_for(self):
        address, _ = self.demo.account(8)  # of a domain that the demo's administrator may change
        mailbox, domain = address.split("@")
        self.change(f'SET_MAILBOX_QUOTA domain="{domain}" mailbox="{mailbox}" quota="100000"')
        path = os.path.join(self.demo.folder, "half.txt")
        with open(path, "w") as file:
            file.write("x" * 70 + "\n")
            file.write(("y" * 70 + "\n") * 850)
        half = ("--to", address, "--header", "Subject: swaks half", "--body", "@" + path)
        self.swaks(*half)
        # How large it is shows only in its end; but who says so before is told before.
        self.swaks(*half, fails_with="452 4.2.2")
        with smtplib.SMTP("localhost", self.demo.port("smtp")) as client:
            client.ehlo()
            client.mail("sender@far.example", ["SIZE=60000"])
            code, text = client.rcpt(address)
            self.assertEqual((code, text[:5]), (452, b"4.2.2"))
            client.rset()
            client.mail("sender@far.example", ["SIZE=1000"])
            self.assertEqual(client.rcpt(address)[0], 250)
        self.assertEqual(self.subjects(8).count("swaks half"), 1)


class Configured(Client):
    CONFIG = '[smtp]\nsuspended = "defer"\n[message]\nsize_max = "1 MiB"\n'

    def test_too_large(self):
        address, _ = self.demo.account(0)
        path = os.path.join(self.demo.folder, "large.bin")
        with open(path, "wb") as file:
            file.write(os.urandom(1_500_000))
        self.swaks("--to", address, "--attach", "@" + path, fails_with="552 5.3.4")
        with smtplib.SMTP("localhost", self.demo.port("smtp")) as client:
            client.ehlo()
            code, text = client.mail("sender@far.example", ["SIZE=1100000"])
            self.assertEqual((code, text[:5]), (552, b"5.3.4"))

    def test_suspended_as_configured(self):
        address, _ = self.demo.account(2)
        mailbox, domain = address.split("@")
        self.change(f'SET_MAILBOX_SUSPENSION domain="{domain}" mailbox="{mailbox}" smtpin="T"')
        self.swaks("--to", address, fails_with="450 4.2.1")
        self.change(f'SET_MAILBOX_SUSPENSION domain="{domain}" mailbox="{mailbox}" smtpin="F"')
        self.swaks("--to", address, "--header", "Subject: swaks again")
        self.assertEqual(self.subjects(2).count("swaks again"), 1)


if __name__ == "__main__":
    main()
