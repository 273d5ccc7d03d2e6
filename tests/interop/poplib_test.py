"""Python's poplib: a program's way through a maildrop."""
import poplib

from demo import Case, main


class Poplib(Case):
    def pop(self, number):
        client = poplib.POP3_SSL("localhost", self.demo.port("pop3s"), context=self.demo.tls())
        address, password = self.demo.account(number)
        client.user(address)
        client.pass_(password)
        return client

    def test_stls(self):
        client = poplib.POP3("localhost", self.demo.port("pop3"))
        self.assertIn("STLS", client.capa())
        client.stls(self.demo.tls())
        address, password = self.demo.account(0)
        client.user(address)
        client.pass_(password)
        self.assertEqual(client.stat(), (0, 0))
        client.quit()

    def test_wrong_password(self):
        client = poplib.POP3_SSL("localhost", self.demo.port("pop3s"), context=self.demo.tls())
        client.user(self.demo.account(0)[0])
        with self.assertRaises(poplib.error_proto):
            client.pass_("wrong")

    def test_read_and_delete(self):
        for number in range(3):
            self.send(1, f"message {number}", body=f"one\n.two\nthree {number}\n")
        client = self.pop(1)
        count, octets = client.stat()
        self.assertEqual(count, 3)
        sizes = [int(line.split()[1]) for line in client.list()[1]]
        self.assertEqual(sum(sizes), octets)
        ids = [line.split()[1] for line in client.uidl()[1]]
        self.assertEqual(len(set(ids)), 3)
        lines = client.retr(1)[1]
        self.assertIn(b"Subject: message 0", lines)
        self.assertIn(b".two", lines)
        self.assertEqual(sum(len(line) + 2 for line in lines), sizes[0])
        self.assertEqual(client.top(2, 1)[1][-1], b"one")
        client.dele(1)
        client.dele(2)
        client.rset()
        client.dele(2)
        client.quit()

        client = self.pop(1)
        self.assertEqual([line.split()[1] for line in client.uidl()[1]], [ids[0], ids[2]])
        client.quit()
        self.assertEqual(self.subjects(1), ["message 0", "message 2"])

    def test_without_quit_nothing_is_deleted(self):
        self.send(2, "stays")
        client = self.pop(2)
        client.dele(1)
        client.close()
        self.assertEqual(self.subjects(2), ["stays"])

    def test_one_session_at_a_time(self):
        client = self.pop(3)
        with self.assertRaises(poplib.error_proto) as refused:
            self.pop(3)
        self.assertIn(b"IN-USE", refused.exception.args[0])
        client.quit()
        self.pop(3).quit()


main()
