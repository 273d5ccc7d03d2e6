"""Python's imaplib: a program's way through a mailbox."""
import imaplib

from demo import Case, main

LETTER = b"From: ann@far.example\r\nTo: bob@far.example\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\r\nline one\r\nline two\r\n"


class Imaplib(Case):
    def ok(self, answer):
        self.assertEqual(answer[0], "OK", answer)
        return answer[1]

    def search_literal(self, client, text):
        client.literal = text.encode()
        return self.ok(client.uid("SEARCH", "CHARSET", "UTF-8", "SUBJECT"))[0]

    def test_starttls_and_plain(self):
        client = imaplib.IMAP4("localhost", self.demo.port("imap"))
        self.assertIn("STARTTLS", client.capabilities)
        self.ok(client.starttls(self.demo.tls()))
        address, password = self.demo.account(0)
        self.ok(client.authenticate("PLAIN", lambda _: f"\0{address}\0{password}".encode()))
        self.ok(client.noop())
        client.logout()

    def test_wrong_password(self):
        client = imaplib.IMAP4_SSL("localhost", self.demo.port("imaps"), ssl_context=self.demo.tls())
        with self.assertRaises(imaplib.IMAP4.error):
            client.login(self.demo.account(0)[0], "wrong")

    def test_folders(self):
        client = self.demo.imap(1)
        names = b"\n".join(self.ok(client.list()))
        for name in (b"INBOX", b"Sent", b"Drafts", b"Trash", b"Junk", b"Archive"):
            self.assertIn(name, names)
        self.ok(client.create("Work/Invoices"))
        self.ok(client.rename("Work", "Office"))
        self.ok(client.subscribe("Office/Invoices"))
        self.assertIn(b"Office/Invoices", b"\n".join(self.ok(client.lsub())))
        self.ok(client.delete("Office/Invoices"))
        self.assertEqual(client.delete("Office/Invoices")[0], "NO")
        self.assertEqual(client.delete("INBOX")[0], "NO")
        client.logout()

    def test_a_message_from_append_to_expunge(self):
        client = self.demo.imap(2)
        self.ok(client.append("Drafts", r"(\Draft)", None, LETTER))
        self.assertEqual(self.ok(client.select("Drafts")), [b"1"])
        flags = self.ok(client.fetch("1", "(FLAGS UID RFC822.SIZE)"))[0]
        self.assertIn(b"\\Draft", flags)
        self.assertIn(b"RFC822.SIZE %d" % len(LETTER), flags)
        self.assertEqual(self.ok(client.fetch("1", "(BODY.PEEK[])"))[0][1], LETTER)
        self.assertEqual(self.ok(client.fetch("1", "(BODY.PEEK[TEXT]<5.3>)"))[0][1], b"one")
        self.assertEqual(self.search_literal(client, "Grüße"), b"1")

        self.ok(client.store("1", "+FLAGS", r"(\Seen $Label)"))
        self.ok(client.copy("1", "Archive"))
        self.ok(client.store("1", "+FLAGS", r"(\Deleted)"))
        self.assertEqual(self.ok(client.expunge()), [b"1"])
        self.assertEqual(self.ok(client.select("Archive")), [b"1"])
        copied = self.ok(client.fetch("1", "(FLAGS)"))[0]
        self.assertIn(b"\\Seen", copied)
        self.assertIn(b"$Label", copied)
        self.ok(client.uid("MOVE", "1", "Trash"))
        self.assertEqual(self.ok(client.status("Archive", "(MESSAGES UIDNEXT)"))[0], b"Archive (MESSAGES 0 UIDNEXT 2)")
        self.assertIn(b"MESSAGES 1", self.ok(client.status("Trash", "(MESSAGES)"))[0])
        client.logout()

    def test_two_clients_see_each_other(self):
        first, second = self.demo.imap(3), self.demo.imap(3)
        self.ok(first.select("INBOX"))
        self.ok(second.select("INBOX"))
        self.send(3, "for both")
        self.ok(first.noop())
        self.ok(second.noop())
        self.assertEqual(first.response("EXISTS")[1][-1], b"1")
        self.ok(first.store("1", "+FLAGS", r"(\Flagged)"))
        self.ok(second.noop())
        self.assertIn(b"\\Flagged", second.response("FETCH")[1][0])
        self.ok(first.store("1", "+FLAGS", r"(\Deleted)"))
        self.ok(first.expunge())
        self.ok(second.noop())
        self.assertEqual(second.response("EXPUNGE")[1], [b"1"])
        first.logout()
        second.logout()


main()
