"""mbsync: a mailbox as a Maildir, both ways."""
import os
import time

from demo import Case, main

CONFIG = """
IMAPAccount demo
Host localhost
Port {port}
User {user}
Pass {password}
SSLType IMAPS
CertificateFile {ca}

IMAPStore far
Account demo

MaildirStore near
Path {maildir}/
Inbox {maildir}/INBOX
SubFolders Verbatim

Channel all
Far :far:
Near :near:
Patterns *
Create Both
Remove Both
Expunge Both
SyncState *
"""


class Mbsync(Case):
    def setUp(self):
        self.maildir = os.path.join(self.demo.folder, "maildir")
        os.makedirs(self.maildir, exist_ok=True)
        address, password = self.demo.account(0)
        self.config = os.path.join(self.demo.folder, "mbsyncrc")
        with open(self.config, "w") as file:
            file.write(CONFIG.format(port=self.demo.port("imaps"), user=address, password=password, ca=self.demo.ca,
                                     maildir=self.maildir))

    def sync(self):
        self.demo.run(["mbsync", "--config", self.config, "--all"])

    def files(self, folder="INBOX"):
        found = []
        for place in ("cur", "new"):
            path = os.path.join(self.maildir, folder, place)
            found += [os.path.join(path, name) for name in os.listdir(path)]
        return found

    def test_both_ways(self):
        for number in range(20):
            self.send(0, f"message {number}", body=f"body {number}\n" * 100)
        self.sync()
        self.assertEqual(len(self.files()), 20)
        self.assertTrue(os.path.isdir(os.path.join(self.maildir, "Sent")))

        # Here: one read, one deleted, one written.
        files = sorted(self.files())
        base = os.path.basename(files[0]).split(":")[0]
        os.rename(files[0], os.path.join(self.maildir, "INBOX", "cur", base + ":2,S"))
        os.remove(files[1])
        name = f"{int(time.time())}.new.here"
        with open(os.path.join(self.maildir, "Drafts", "cur", name + ":2,D"), "w", newline="") as file:
            file.write("Subject: from the Maildir\r\n\r\nbody\r\n")
        self.sync()
        client = self.demo.imap(0)
        client.select("INBOX", readonly=True)
        self.assertEqual(len(client.search(None, "ALL")[1][0].split()), 19)
        self.assertEqual(len(client.search(None, "SEEN")[1][0].split()), 1)
        client.logout()
        self.assertIn("from the Maildir", self.subjects(0, folder="Drafts"))

        # There: one deleted, a folder made.
        client = self.demo.imap(0)
        client.create('"Projects/Post Road"')
        client.select("INBOX")
        client.store("1", "+FLAGS", r"(\Deleted)")
        client.expunge()
        client.logout()
        self.sync()
        self.assertEqual(len(self.files()), 18)
        self.assertTrue(os.path.isdir(os.path.join(self.maildir, "Projects/Post Road")))
        self.sync()
        self.assertEqual(len(self.files()), 18)


main()
