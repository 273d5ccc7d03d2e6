"""curl: SMTP, IMAP and POP3, in the clear, with STARTTLS and with TLS from the first byte."""
import os

from demo import Case, main


class Curl(Case):
    def curl(self, *arguments):
        return self.demo.run(["curl", "--silent", "--show-error", "--max-time", "30", "--cacert", self.demo.ca, *arguments])

    def upload(self, number, subject, *arguments):
        address, _ = self.demo.account(number)
        path = os.path.join(self.demo.folder, "letter")
        with open(path, "w", newline="") as file:
            file.write(f"From: sender@far.example\r\nTo: {address}\r\nSubject: {subject}\r\n\r\n.a line with a dot\r\n")
        self.curl(f"smtp://localhost:{self.demo.port('smtp')}/client.far.example", "--mail-from", "sender@far.example",
                  "--mail-rcpt", address, "--upload-file", path, *arguments)

    def url(self, service, path):
        return f"{service}://localhost:{self.demo.port(service)}/{path}"

    def test_smtp(self):
        self.upload(0, "curl plain")
        got = [each for each in self.demo.messages(0) if each["Subject"] == "curl plain"]
        self.assertEqual(got[0].get_content().replace("\r\n", "\n"), ".a line with a dot\n")

    def test_smtp_with_starttls(self):
        self.upload(1, "curl tls", "--ssl-reqd")
        self.assertIn("curl tls", self.subjects(1))

    def test_imap(self):
        address, password = self.demo.account(2)
        self.send(2, "for curl by IMAP")
        for service, more in (("imaps", []), ("imap", ["--ssl-reqd"])):
            user = ["--user", f"{address}:{password}", *more]
            self.assertIn("for curl by IMAP", self.curl(self.url(service, "INBOX;MAILINDEX=1"), *user))
            self.assertIn("INBOX", self.curl(self.url(service, ""), *user))
            self.assertRegex(self.curl(self.url(service, "INBOX?SUBJECT%20curl"), *user), r"\* SEARCH 1\b")

    def test_imap_append(self):
        address, password = self.demo.account(3)
        path = os.path.join(self.demo.folder, "draft")
        with open(path, "w", newline="") as file:
            file.write("Subject: curl appends\r\n\r\nbody\r\n")
        self.curl(self.url("imaps", "Drafts"), "--user", f"{address}:{password}", "--upload-file", path)
        self.assertIn("curl appends", self.subjects(3, folder="Drafts"))

    def test_pop3(self):
        address, password = self.demo.account(4)
        self.send(4, "for curl by POP")
        for service, more in (("pop3s", []), ("pop3", ["--ssl-reqd"])):
            user = ["--user", f"{address}:{password}", *more]
            self.assertIn("for curl by POP", self.curl(self.url(service, "1"), *user))
            self.assertTrue(self.curl(self.url(service, ""), *user).startswith("1 "))


main()
