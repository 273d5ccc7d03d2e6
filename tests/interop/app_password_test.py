"""An application password, made by OMA, opens IMAP and POP3 beside the password, and nothing once it was removed."""

import imaplib
import json
import poplib
import urllib.request

from demo import Case, main


class AppPassword(Case):
    def oma(self, method, **members):
        admin = self.demo.endpoints["admin"]
        credentials = {"user": f"{admin['user']}@{admin['domain']}", "password": admin["password"]}
        request = urllib.request.Request(f"https://localhost:{self.demo.endpoints['control']['https']['port']}/api/{method}",
                                         data=json.dumps({"credentials": credentials, **members}).encode())
        with urllib.request.urlopen(request, context=self.demo.tls()) as got:
            reply = json.loads(got.read())
        self.assertTrue(reply["success"], reply)
        return reply

    def imap(self, address, password):
        with imaplib.IMAP4_SSL("localhost", self.demo.port("imaps"), ssl_context=self.demo.tls()) as client:
            client.login(address, password)
            return client.select("INBOX")[0]

    def pop3(self, address, password):
        client = poplib.POP3_SSL("localhost", self.demo.port("pop3s"), context=self.demo.tls())
        client.user(address)
        said = client.pass_(password)
        client.quit()
        return said

    def test_it(self):
        address, own = self.demo.account(0)
        made = self.oma("app_password", user=address, mode="add", tag="phone")
        self.assertEqual(made["state"], "applied")
        word = made["app_password"]
        self.assertEqual(self.imap(address, word), "OK")
        self.assertTrue(self.pop3(address, word).startswith(b"+OK"))
        self.assertEqual(self.imap(address, own), "OK")
        self.assertEqual([each["tag"] for each in self.oma("get_user", user=address)["metadata"]["app_passwords"]], ["phone"])
        self.oma("app_password", user=address, mode="remove", tag="phone")
        with self.assertRaises(imaplib.IMAP4.error):
            self.imap(address, word)
        with self.assertRaises(poplib.error_proto):
            self.pop3(address, word)
        self.assertEqual(self.imap(address, own), "OK")


if __name__ == "__main__":
    main()
