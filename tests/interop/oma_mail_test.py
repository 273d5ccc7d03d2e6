"""OMA on real processes: what is in a mailbox, what was deleted from it and comes back, and a migration from a real Dovecot."""

import json
import os
import signal
import time
import unittest
import urllib.request

from demo import Case, main
from dovecot import PASSWORD, find
from foreign import Foreign


class OmaMail(Case):
    CONFIG = "[provisioning]\ncall_wait = \"5s\"\n"

    def post(self, method, **members):
        admin = self.demo.endpoints["admin"]
        credentials = {"user": f"{admin['user']}@{admin['domain']}", "password": admin["password"]}
        url = f"https://localhost:{self.demo.endpoints['control']['https']['port']}/api/{method}"
        request = urllib.request.Request(url, data=json.dumps({"credentials": credentials, **members}).encode())
        with urllib.request.urlopen(request, context=self.demo.tls()) as got:
            return json.loads(got.read())

    def ok(self, method, **members):
        reply = self.post(method, **members)
        self.assertIs(reply["success"], True, f"{method} {members}: {reply}")
        return reply

    def north(self, number):
        """Which of the demo's accounts is that one of the administrator's own."""
        domain = self.demo.account(0)[0].split("@")[1]
        return [at for at, each in enumerate(self.demo.accounts("a")) if each["address"].endswith("@" + domain)][number]

    def until(self, done, ask, timeout=60):
        """What is asked until it is so: nobody tells when a cluster has done."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            reply = ask()
            if done(reply):
                return reply
            time.sleep(0.1)
        raise AssertionError(f"it does not come: {reply}")

    def test_folders_messages_and_what_was_deleted(self):
        user = self.demo.account(0)[0]
        self.assertIs(self.ok("user_notify", user=user)["new_mail"], False)
        for number in range(5):
            self.send(0, f"message {number}")
        self.assertEqual(self.ok("user_notify", user=user)["unseen"], 5)

        folders = self.ok("get_user_folders", user=user)
        self.assertIn("INBOX", folders["folders"])
        self.assertEqual(folders["deleted_folders"], [])
        newest = self.ok("get_user_messages", user=user, limit=2, recent=True, unseen=True)
        self.assertEqual([each["headers"]["subject"] for each in newest["messages"]], ["message 4", "message 3"])

        moved = self.ok("move_user_messages", user=user, folder="Archive", ids=[newest["messages"][0]["id"], "77:INBOX"])
        self.assertEqual([each["success"] for each in moved["ids"]], [True, False])
        self.assertEqual(self.ok("get_user_messages", user=user, folder="Archive")["count"], 1)

        client = self.demo.imap(0)
        client.create("Work/Old")
        client.select("INBOX")
        client.copy("1:2", "Work/Old")
        client.store("1:2", "+FLAGS", "\\Deleted")
        client.expunge()
        client.select("Work/Old")
        client.store("1:*", "+FLAGS", "\\Deleted")
        client.expunge()
        client.select("INBOX")
        client.delete("Work/Old")
        client.logout()
        deleted = self.ok("get_deleted_messages", user=user)
        self.assertEqual([each["headers"]["subject"] for each in deleted["messages"]], ["message 0", "message 1"])
        gone = {each["folder"] for each in deleted["messages"]}
        self.assertEqual(self.ok("get_user_folders", user=user)["deleted_folders"], sorted(gone - {"INBOX"}))
        restored = self.ok("restore_deleted_messages", user=user, ids=[deleted["messages"][0]["id"], "999999"])
        self.assertEqual([each["success"] for each in restored["ids"]], [True, False])
        self.assertEqual(self.ok("get_deleted_messages", user=user)["count"], 1)

        metadata = self.ok("get_user", user=user)["metadata"]
        self.assertEqual(metadata["quota"]["messages_used"], 4)
        self.assertGreater(metadata["quota"]["bytes_used"], 0)
        self.assertEqual(metadata["special_folders"]["trash"], "Trash")
        self.assertIn("INBOX", metadata["folders"])
        self.assertEqual(self.ok("reindex", user=user)["messages"], 4)

    @unittest.skipUnless(find(), "dovecot is not installed")
    def test_migration(self):
        user = self.demo.account(self.north(1))[0]
        with Foreign() as far:
            far.fill("ann@far.example", 12)
            far.fill("ann@far.example", 3, '"Sent Mail"', first=100)
            far.fill("ann@far.example", 2, "Junk", first=200)
            theirs = {"local": user, "remote": "ann@far.example", "password": PASSWORD, "server": f"127.0.0.1:{far.imap}", "method": "imap4",
                      "skip": ["Junk"], "translate": {"Sent Mail": "Sent"}, "plaintext": True}
            nobody = theirs | {"local": "nobody@nowhere.example"}
            added = self.ok("migration_add", job="spring", users=[theirs, nobody])
            self.assertEqual([each["success"] for each in added["users"]], [True, False])
            self.assertEqual(added["users"][1]["error_number"], 9)
            status = self.until(lambda reply: reply["users"][0]["data"]["status"]["state"] in ("done", "failed"), lambda: self.ok("migration_status", job="spring"))
        data = status["users"][0]["data"]
        self.assertEqual(data["status"]["state"], "done", data)
        self.assertEqual(data["folders"]["INBOX"]["migrate_count"], 12)
        self.assertEqual(data["folders"]["Sent Mail"]["local"], "Sent")
        self.assertEqual(data["status"]["migrate_count"], 15)
        self.assertEqual(data["config"], {"method": "imap4", "server": f"127.0.0.1:{far.imap}", "username": "ann@far.example"})
        self.assertRegex(status["rate"], r"^[0-9.]+ KiB/s$")
        self.assertEqual(self.ok("get_user_messages", user=user, folder="Sent")["count"], 3)
        jobs = self.ok("migration_jobs")
        self.assertEqual([(each["job"], each["users"]) for each in jobs["jobs"]], [("spring", {"done": 1})])
        self.assertIs(jobs["complete"], True)
        trace = self.ok("migration_trace", job="spring", user=user)["trace"]
        self.assertIn("INBOX", trace)
        self.assertNotIn(PASSWORD, json.dumps([status, trace, jobs]))
        self.assertEqual(self.ok("migration_threads")["threads"], [])
        self.assertEqual(self.post("migration_status", job="autumn")["error_number"], 2)

    def test_z_a_cluster_that_is_away(self):
        user = self.demo.account(self.north(2))[0]
        process = self.demo.endpoints["clusters"]["a"]["pid"]
        os.kill(process, signal.SIGSTOP)
        try:
            self.assertEqual(self.post("user_notify", user=user)["error_number"], 25)
            self.assertNotIn("folders", self.ok("get_user", user=user)["metadata"])
        finally:
            os.kill(process, signal.SIGCONT)
        self.assertIs(self.ok("user_notify", user=user)["new_mail"], False)


if __name__ == "__main__":
    main()
