"""Mailboxes come over from a real Dovecot: folders, flags, dates; again only what is new; a cluster killed in the midst goes on
and brings nothing twice; foreign servers on private networks are refused; passwords stand nowhere in clear."""

import os
import poplib
import subprocess
import unittest

from demo import Case, main
from dovecot import PASSWORD, find
from foreign import Foreign, Migrations, contents
from running import BINARY


@unittest.skipUnless(find(), "dovecot is not installed")
class Migration(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.far = cls.enterClassContext(Foreign())
        cls.migrations = Migrations(cls.demo)

    def same(self, ours, theirs):
        self.assertEqual(sorted(ours), sorted(theirs))
        for folder, messages in theirs.items():
            for mine, other in zip(ours[folder], messages, strict=True):
                self.assertEqual(mine, other, folder)

    def local(self, number):
        return self.demo.account(number)[0]

    def ours(self, number):
        found = contents(self.demo.imap(number))
        return found

    def test_imap_folders_flags_and_dates(self):
        user = "whole@far.example"
        self.far.fill(user, 40)
        for folder in ("Work/Old", "Sent", "Entw&APw-rfe", "Gr&APw-n", "Junk", "a/b/c"):
            self.far.fill(user, 7, folder, first=100)
        self.assertIn("1 of 1 mailboxes added", self.migrations.add_imap("whole", self.local(0), self.far, user, "Junk", "a/b=Archive/B"))
        items = self.migrations.finish("whole")
        self.assertEqual([each[1] for each in items], ["done"], self.migrations.run("trace", items[0][0]))
        theirs = contents(self.far.client(user))
        del theirs["Junk"]
        theirs["Drafts"] = theirs.pop("Entw&APw-rfe")  # a well-known name
        theirs["Archive/B/c"] = theirs.pop("a/b/c")
        self.same(self.ours(0), theirs)
        self.assertIn("Work/Old -> Work/Old: 7 there, 7 added", self.migrations.run("status", items[0][0]))

        # Again, with more there: only that comes.
        self.far.fill(user, 3, first=1000)
        self.migrations.add_imap("again", self.local(0), self.far, user, "Junk", "a/b=Archive/B")
        again = self.migrations.finish("again")
        said = self.migrations.run("status", again[0][0])
        self.assertIn("INBOX -> INBOX: 43 there, 3 added, 40 had come before", said)
        self.assertIn("Work/Old -> Work/Old: 7 there, 0 added, 7 had come before", said)
        self.assertEqual(len(self.ours(0)["INBOX"]), 43)
        self.assertIn("whole ", self.migrations.run("jobs"))

    def test_pop3(self):
        user = "pop@far.example"
        self.far.fill(user, 25)
        row = (self.local(1), f"127.0.0.1:{self.far.pop3}", user, PASSWORD, "pop3", "yes", "", "")
        for job, added in (("pop", 25), ("pop again", 0)):
            self.migrations.add(job, [row])
            items = self.migrations.finish(job)
            self.assertEqual(items[0][1], "done", self.migrations.run("trace", items[0][0]))
            self.assertIn(f"{added} added", self.migrations.run("status", items[0][0]))
        theirs = contents(self.far.client(user))["INBOX"]
        self.assertEqual([each[0] for each in self.ours(1)["INBOX"]], [each[0] for each in theirs])
        client = poplib.POP3("127.0.0.1", self.far.pop3)
        client.user(user)
        client.pass_(PASSWORD)
        self.assertEqual(client.stat()[0], 25)  # nothing was deleted there
        client.quit()

    def test_kill_in_the_midst(self):
        user = "killed@far.example"
        self.far.fill(user, 3000)
        self.migrations.add_imap("killed", self.local(2), self.far, user)
        for least in (200, 1200, 2200):
            self.migrations.wait("killed", lambda each, least=least: each[2] >= least or each[1] == "done")
            self.demo.kill("a")
        items = self.migrations.finish("killed")
        self.assertEqual(items[0][1:], ("done", 3000, 3000))
        self.same(self.ours(2), contents(self.far.client(user)))

    def test_many_and_cancel(self):
        self.far.fill("many@far.example", 5)
        rows = [(self.local(number), f"imap://127.0.0.1:{self.far.imap}", "many@far.example", PASSWORD, "", "yes", "", "") for number in range(3, 6)]
        rows.append(("nobody@nowhere.example", "imap.far.example", "x", PASSWORD, "", "", "", ""))
        said = self.migrations.add("many", rows)
        self.assertIn("3 of 4 mailboxes added", said)
        self.assertIn("line 5: nobody@nowhere.example: there is no domain nowhere.example", said)
        self.assertEqual([each[1:] for each in self.migrations.finish("many")], [("done", 5, 5)] * 3)

        # Nobody answers there: it waits, and is cancelled.
        self.migrations.add("cancelled", [(self.local(3), "imap://127.0.0.1:1", "x", PASSWORD, "", "yes", "", "")])
        item = self.migrations.wait("cancelled", lambda each: each[1] == "waiting")[0][0]
        self.assertIn("cancelled", self.migrations.run("cancel", item))
        self.assertEqual(self.migrations.items("cancelled")[0][1], "failed")
        self.migrations.run("cancel", item, fails=True)
        self.assertIn("there is no such migration", self.migrations.run("status", "i" + "2" * 26, fails=True))

    def test_private_networks_are_refused(self):
        rows = [(self.local(3), server, "x", PASSWORD, "", "yes", "", "") for server in ("imaps://10.0.0.1", "imaps://169.254.169.254", "imaps://[::ffff:192.168.1.1]")]
        self.migrations.add("private", rows)
        items = self.migrations.finish("private")
        self.assertEqual([each[1] for each in items], ["failed"] * 3)
        self.assertIn("is not on the public internet", self.migrations.run("list", "--job", "private"))

    def test_wrong_password_and_bad_files(self):
        self.migrations.add("wrong", [(self.local(3), f"imap://127.0.0.1:{self.far.imap}", "who@far.example", "not-it", "", "yes", "", "")])
        items = self.migrations.finish("wrong")
        self.assertEqual(items[0][1], "failed")
        self.assertIn("line 1: the column password is missing", self.migrations.add("bad", [], fails=True, columns="local,server,remote"))

    def test_z_passwords_stand_nowhere(self):
        self.migrations.add("waits", [(self.local(4), "imap://127.0.0.1:1", "x", "secret-that-waits", "", "yes", "", "")])
        self.migrations.wait("waits", lambda each: each[1] == "waiting")
        self.demo.kill("a")  # what was in memory is on the disk, or gone
        for word in ("secret-that-waits", PASSWORD, "not-it"):
            found = subprocess.run(["grep", "-rlaF", "--exclude-dir=tls", word, self.demo.folder], capture_output=True, text=True, check=False)
            self.assertEqual(found.stdout, "", word)
        key = os.path.join(self.demo.folder, "cluster.a", "migration.key")
        self.assertEqual(os.stat(key).st_mode & 0o777, 0o600)

    @classmethod
    def tearDownClass(cls):
        cls.demo.stop()
        subprocess.run([BINARY, "recount", "--dir", cls.demo.folder, "--cluster", "a"], check=True, stdout=subprocess.DEVNULL)
        super().tearDownClass()


if __name__ == "__main__":
    main()
