"""fetchmail: collects a mailbox by POP3 and by IMAP, and leaves it empty."""
import os

from demo import Case, main

CONFIG = """
set no syslog
poll localhost protocol {protocol} service {port}
  user "{user}" password "{password}"
  ssl sslcertck sslcertfile {ca}
  fetchall
  mda "sh -c 'cat >> {out}; echo ---- >> {out}'"
"""


class Fetchmail(Case):
    def collect(self, protocol, service, number):
        address, password = self.demo.account(number)
        home = os.path.join(self.demo.folder, protocol)
        os.makedirs(home)
        config = os.path.join(home, "fetchmailrc")
        out = os.path.join(home, "collected")
        with open(config, "w") as file:
            file.write(CONFIG.format(protocol=protocol, port=self.demo.port(service), user=address, password=password,
                                     ca=self.demo.ca, out=out))
        os.chmod(config, 0o600)
        self.demo.run(["fetchmail", "--fetchmailrc", config, "--nodetach", "--pidfile", os.path.join(home, "pid")],
                      env={**os.environ, "FETCHMAILHOME": home})
        with open(out) as file:
            return file.read()

    def check(self, protocol, service, number):
        for count in range(5):
            self.send(number, f"letter {count}", body=f"line\n.dot {count}\n")
        text = self.collect(protocol, service, number)
        for count in range(5):
            self.assertIn(f"Subject: letter {count}", text)
            self.assertIn(f".dot {count}", text)
        self.assertEqual(self.subjects(number), [])

    def test_pop3(self):
        self.check("POP3", "pop3s", 0)

    def test_imap(self):
        self.check("IMAP", "imaps", 1)


main()
