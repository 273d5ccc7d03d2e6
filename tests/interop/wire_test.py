"""IMAP and POP3 by hand on real sockets: what no client does of itself."""
import socket
import ssl
import time

from demo import Case, main

END = "<end>"


class Line:
    """A connection that is spoken to line by line."""

    def __init__(self, port, tls=None):
        self.socket = socket.create_connection(("localhost", port), timeout=20)
        if tls:
            self.start_tls(tls)
        else:
            self.file = self.socket.makefile("rb")

    def start_tls(self, tls):
        self.socket = tls.wrap_socket(self.socket, server_hostname="localhost")
        self.file = self.socket.makefile("rb")

    def send(self, data):
        self.socket.sendall(data.encode() if isinstance(data, str) else data)

    def line(self):
        """Without its end; END where the server has closed."""
        line = self.file.readline()
        return line.decode(errors="replace").rstrip("\r\n") if line else END

    def until(self, start):
        lines = [self.line()]
        while not lines[-1].startswith(start) and lines[-1] != END:
            lines.append(self.line())
        return lines

    def close(self):
        self.file.close()
        self.socket.close()


class Wire(Case):
    def line(self, service, tls=False):
        made = Line(self.demo.port(service), self.demo.tls() if tls else None)
        self.addCleanup(made.close)
        return made

    def signed_in(self, number, folder="INBOX"):
        imap = self.line("imaps", True)
        address, password = self.demo.account(number)
        imap.send(f"a LOGIN {address} {password}\r\nb SELECT {folder}\r\n")
        self.assertIn("b OK", imap.until("b ")[-1])
        return imap

    def test_imap_starttls_forgets_what_came_before(self):
        imap = self.line("imap")
        address, password = self.demo.account(0)
        self.assertIn("LOGINDISABLED", imap.line())
        imap.send(f"a LOGIN {address} {password}\r\nb AUTHENTICATE PLAIN =\r\n")
        self.assertIn("NO [PRIVACYREQUIRED]", imap.line())
        self.assertIn("NO [PRIVACYREQUIRED]", imap.line())
        imap.send("c STARTTLS\r\n")
        self.assertTrue(imap.line().startswith("c OK"))
        imap.file.close()
        imap.start_tls(self.demo.tls())
        imap.send("d SELECT INBOX\r\ne STARTTLS\r\nf CAPABILITY\r\n")
        self.assertTrue(imap.line().startswith("d BAD"))
        self.assertTrue(imap.line().startswith("e BAD"))
        self.assertIn("AUTH=PLAIN", imap.line())

    def test_commands_behind_starttls_are_not_done(self):
        for service, command, greeting in (("imap", "a STARTTLS\r\nb CAPABILITY\r\n", "* OK"), ("pop3", "STLS\r\nCAPA\r\n", "+OK")):
            with self.subTest(service=service):
                plain = self.line(service)
                self.assertTrue(plain.line().startswith(greeting))
                plain.send(command)
                answer = plain.line()
                if not answer.startswith("a OK"):
                    self.assertTrue(answer.startswith("-ERR"), answer)
                    self.assertEqual(plain.line(), END)
                    continue
                plain.file.close()
                try:
                    plain.start_tls(self.demo.tls())
                except (ssl.SSLError, OSError):
                    continue  # what stood behind was taken for the handshake: as good
                plain.send("c NOOP\r\n")
                self.assertTrue(plain.line().startswith("c OK"))

    def test_idle_tells_of_a_delivery_at_once(self):
        imap = self.signed_in(1)
        imap.send("c IDLE\r\n")
        self.assertTrue(imap.line().startswith("+"))
        for count in (1, 2):
            self.send(1, f"letter {count}")
            began = time.monotonic()
            self.assertEqual(imap.line(), f"* {count} EXISTS")
            self.assertEqual(imap.line(), f"* {count} RECENT")
            self.assertLess(time.monotonic() - began, 5)
        imap.send("DONE\r\nd FETCH 1:2 (FLAGS)\r\n")
        self.assertTrue(imap.line().startswith("c OK"))
        self.assertEqual(len(imap.until("d ")), 3)

    def test_a_client_that_does_not_read_holds_up_nobody(self):
        for _ in range(3):
            self.send(2, "large", body="0123456789" * 7 + "\n" + ("line\n" * 200_000))
        slow = self.signed_in(2)
        slow.send("c FETCH 1:3 BODY.PEEK[]\r\n" * 20)
        other = self.signed_in(2)
        began = time.monotonic()
        for _ in range(50):
            other.send("c FETCH 1:3 (FLAGS ENVELOPE)\r\n")
            self.assertIn("c OK", other.until("c ")[-1])
        self.assertLess(time.monotonic() - began, 10)

    def test_one_maildrop_and_several_mailboxes_at_once(self):
        self.send(3, "one")
        self.send(3, "two")
        address, password = self.demo.account(3)
        pop = self.line("pop3s", True)
        pop.send(f"USER {address}\r\nPASS {password}\r\nDELE 1\r\n")
        self.assertTrue(all(pop.line().startswith("+OK") for _ in range(4)))
        second = self.line("pop3s", True)
        second.send(f"USER {address}\r\nPASS {password}\r\nQUIT\r\n")
        self.assertTrue(second.line().startswith("+OK") and second.line().startswith("+OK"))
        self.assertTrue(second.line().startswith("-ERR [IN-USE]"))
        imap = self.signed_in(3)
        imap.send("c STORE 1:2 +FLAGS.SILENT (\\Deleted)\r\nd EXPUNGE\r\n")
        self.assertEqual([line for line in imap.until("d ") if "EXPUNGE" in line], ["* 1 EXPUNGE", "* 1 EXPUNGE"])
        pop.send("RETR 2\r\n")
        self.assertIn("Subject: two", pop.until("."))
        pop.send("STAT\r\nQUIT\r\n")
        self.assertTrue(pop.line().startswith("+OK 1 "))
        self.assertTrue(pop.line().startswith("+OK"))

    def test_pipelined_commands_of_pop3(self):
        for number in range(3):
            self.send(4, f"letter {number}")
        address, password = self.demo.account(4)
        pop = self.line("pop3s", True)
        pop.send(f"CAPA\r\nUSER {address}\r\nPASS {password}\r\nSTAT\r\nUIDL\r\nRETR 2\r\nTOP 3 0\r\nDELE 1\r\nDELE 1\r\nQUIT\r\n")
        self.assertIn("PIPELINING", pop.until("."))
        self.assertTrue(all(pop.line().startswith("+OK") for _ in range(3)))  # greeting was read with CAPA's lines
        self.assertTrue(pop.line().startswith("+OK") and len(pop.until(".")) == 4)
        self.assertIn("Subject: letter 1", pop.until("."))
        self.assertIn("Subject: letter 2", pop.until("."))
        self.assertTrue(pop.line().startswith("+OK"))
        self.assertTrue(pop.line().startswith("-ERR"))
        self.assertTrue(pop.line().startswith("+OK"))
        self.assertEqual(pop.line(), END)
        self.assertEqual(self.subjects(4), ["letter 1", "letter 2"])


class Goodbye(Case):
    def test_sessions_are_told_when_the_node_goes_down(self):
        address, password = self.demo.account(0)
        lines = []
        for command in ("", "b SELECT INBOX\r\nc IDLE\r\n"):
            imap = Line(self.demo.port("imaps"), self.demo.tls())
            self.addCleanup(imap.close)
            imap.send(f"a LOGIN {address} {password}\r\n" + command)
            imap.until("a ")
            if command:
                imap.until("+")
            lines.append(imap)
        pop = Line(self.demo.port("pop3s"), self.demo.tls())
        self.addCleanup(pop.close)
        pop.send(f"USER {address}\r\nPASS {password}\r\n")
        for _ in range(3):
            pop.line()
        self.demo.stop()
        for imap in lines:
            self.assertTrue(imap.line().startswith("* BYE going down"))
            self.assertEqual(imap.line(), END)
        self.assertTrue(pop.line().startswith("-ERR [SYS/TEMP]"))
        self.assertEqual(pop.line(), END)


main()
