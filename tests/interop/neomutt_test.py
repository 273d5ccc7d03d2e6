"""neomutt: sends by SMTP, and reads a mailbox by IMAP in a terminal."""
import os
import pty
import select
import subprocess
import time

from demo import Case, main

CONFIG = """
set ssl_ca_certificates_file="{ca}"
set ssl_usesystemcerts=no
set imap_user="{user}"
set imap_pass="{password}"
set folder="imaps://localhost:{imaps}/"
set spoolfile="imaps://localhost:{imaps}/INBOX"
set smtp_url="smtp://localhost:{smtp}/"
set ssl_starttls=yes
set from="sender@far.example"
set hostname="client.far.example"
set envelope_from=yes
set copy=no record="" header_cache="" sleep_time=0 wait_key=no quit=yes delete=yes confirmappend=no confirmcreate=no
"""


class Neomutt(Case):
    def config(self, number):
        address, password = self.demo.account(number)
        path = os.path.join(self.demo.folder, f"neomuttrc{number}")
        with open(path, "w") as file:
            file.write(CONFIG.format(ca=self.demo.ca, user=address, password=password, imaps=self.demo.port("imaps"),
                                     smtp=self.demo.port("smtp")))
        return path

    def in_terminal(self, command, seconds=40):
        """Runs it with a terminal that nobody types on, and gives what it drew."""
        near, far = pty.openpty()
        running = subprocess.Popen(command, stdin=far, stdout=far, stderr=far,
                                   env={**os.environ, "TERM": "xterm", "HOME": self.demo.folder})
        os.close(far)
        drawn = b""
        end = time.monotonic() + seconds
        while running.poll() is None and time.monotonic() < end:
            if select.select([near], [], [], 0.2)[0]:
                try:
                    drawn += os.read(near, 65536)
                except OSError:
                    break
        if running.poll() is None:
            running.kill()
        code = running.wait()
        os.close(near)
        self.assertEqual(code, 0, drawn.decode(errors="replace"))
        return drawn.decode(errors="replace")

    def test_sends(self):
        address, _ = self.demo.account(0)
        self.demo.run(["neomutt", "-n", "-F", self.config(0), "-s", "from neomutt", "--", address], input="a letter\n")
        got = [each for each in self.demo.messages(0) if each["Subject"] == "from neomutt"]
        self.assertEqual(len(got), 1)
        self.assertIn("ESMTPS", got[0]["Received"])

    def test_reads_deletes_and_moves(self):
        for number in range(3):
            self.send(1, f"for neomutt {number}")
        keys = ("push '<search>~s<space>\"neomutt 0\"<enter><delete-message>"
                "<search>~s<space>\"neomutt 1\"<enter><save-message>=Archive<enter>"
                "<search>~s<space>\"neomutt 2\"<enter><display-message><exit><sync-mailbox><quit>'")
        drawn = self.in_terminal(["neomutt", "-n", "-F", self.config(1), "-e", keys])
        self.assertIn("for neomutt 2", drawn)
        self.assertEqual(self.subjects(1), ["for neomutt 2"])
        self.assertEqual(self.subjects(1, folder="Archive"), ["for neomutt 1"])
        client = self.demo.imap(1)
        client.select("INBOX", readonly=True)
        self.assertEqual(client.search(None, "SEEN")[1], [b"1"])
        client.logout()


main()
