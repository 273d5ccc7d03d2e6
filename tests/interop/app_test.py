"""Perl's IO::Socket::SSL on APP: provisions a mailbox, which then takes mail and opens."""
import email
import email.policy
import imaplib
import smtplib
import time

from demo import Case, main


class App(Case):
    def domain(self):
        """One that the administrator may change."""
        names = self.app("GET_COMPANY_DOMAINS")[0][2:]
        self.assertTrue(names)
        return names[0].strip('"')

    def cluster_of(self, domain):
        return next(each["cluster"] for each in self.demo.endpoints["accounts"] if each["address"].endswith("@" + domain))

    def error(self, reply, number):
        self.assertTrue(reply[0].startswith(f"ER {number} "), reply)

    def test_a_mailbox_from_creation_to_deletion(self):
        domain = self.domain()
        cluster = self.cluster_of(domain)
        named = f'domain="{domain}" mailbox="newcomer"'
        password = 'correct "horse" battery'
        quoted = password.replace('"', '""')
        self.error(self.app(f"GET_MAILBOX {named}")[0], 17)
        create = f'CREATE_MAILBOX {named} workgroup="staff" password="{quoted}"'
        made, again = self.app(create, create)
        self.ok(made)
        self.error(again, 16)
        change = made[1].split('CHANGE="')[1].split('"')[0]
        settled = self.app(f'WAIT_CHANGE change="{change}" seconds="20"')[0]
        self.assertIn('STATE="applied"', settled[1])

        address = "newcomer@" + domain
        with smtplib.LMTP("localhost", self.demo.port("lmtp", cluster)) as client:
            client.sendmail("sender@far.example", [address], "Subject: welcome\r\n\r\nbody\r\n")
        imap = imaplib.IMAP4_SSL("localhost", self.demo.port("imaps", cluster), ssl_context=self.demo.tls())
        imap.login(address, password)
        self.assertEqual(imap.select("INBOX")[1], [b"1"])

        # Who is suspended does not stay signed in.
        barred = self.app(f'SET_MAILBOX_SUSPENSION {named} imap="T"')[0]
        self.ok(barred)
        self.app(f'WAIT_CHANGE change="{barred[1].split(chr(34))[1]}" seconds="20"')
        with self.assertRaises(imaplib.IMAP4.abort) as signed_out:
            imap.noop()
        self.assertIn("signed out", str(signed_out.exception))

        suspended = self.app(f'SET_MAILBOX_SUSPENSION {named} smtpin="T"')[0]
        self.ok(suspended)
        self.app(f'WAIT_CHANGE change="{suspended[1].split(chr(34))[1]}" seconds="20"')
        with smtplib.SMTP("localhost", self.demo.port("smtp", cluster)) as client:
            client.ehlo()
            client.mail("sender@far.example")
            code, text = client.rcpt(address)
            self.assertEqual((code, text[:5]), (550, b"5.2.1"))

        gone = self.app(f"DELETE_MAILBOX {named}")[0]
        self.ok(gone)
        self.app(f'WAIT_CHANGE change="{gone[1].split(chr(34))[1]}" seconds="20"')
        with smtplib.SMTP("localhost", self.demo.port("smtp", cluster)) as client:
            client.ehlo()
            client.mail("sender@far.example")
            code, text = client.rcpt(address)
            self.assertEqual((code, text[:5]), (550, b"5.1.1"))

    def test_a_deleted_mailbox_comes_back_with_its_mail(self):
        domain = self.domain()
        cluster = self.cluster_of(domain)
        # {SHA}, of `hello`: replaced at the first sign-in, which goes on working.
        self.change(f'CREATE_MAILBOX domain="{domain}" mailbox="phoenix" workgroup="staff" password="{{SHA}}qvTGHdzF6KLavt4PO0gs2a6pQ00="')

        def subjects(local):
            imap = imaplib.IMAP4_SSL("localhost", self.demo.port("imaps", cluster), ssl_context=self.demo.tls())
            imap.login(f"{local}@{domain}", "hello")
            imap.select("INBOX", readonly=True)
            found = [imap.fetch(number, "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")[1][0][1].strip() for number in imap.search(None, "ALL")[1][0].split()]
            imap.logout()
            return found

        with smtplib.LMTP("localhost", self.demo.port("lmtp", cluster)) as client:
            client.sendmail("sender@far.example", [f"phoenix@{domain}"], "Subject: ashes\r\n\r\nbody\r\n")
        self.assertEqual(subjects("phoenix"), [b"Subject: ashes"])
        self.assertEqual(subjects("phoenix"), [b"Subject: ashes"])
        self.change(f'DELETE_MAILBOX domain="{domain}" mailbox="phoenix"')
        with self.assertRaises(imaplib.IMAP4.error):
            subjects("phoenix")
        self.change(f'RESTORE_MAILBOX domain="{domain}" mailbox="phoenix" new_mailbox="firebird"')
        self.assertEqual(subjects("firebird"), [b"Subject: ashes"])
        self.change(f'DELETE_MAILBOX domain="{domain}" mailbox="firebird"')

    def test_a_new_mailbox_finds_the_welcome_mail_of_its_domain(self):
        domain = self.domain()
        self.change(f'CREATE_DOMAIN_WELCOME_EMAIL domain="{domain}" welcome_text="Good to have you" welcome_subject="Welcome aboard" from_name="The team" '
                    f'from_address="hello@{domain}" charset="utf-8" mime_type="text/plain"')
        self.change(f'CREATE_MAILBOX domain="{domain}" mailbox="welcomed" workgroup="staff" password="correct horse"')
        with imaplib.IMAP4_SSL("localhost", self.demo.port("imaps", self.cluster_of(domain)), ssl_context=self.demo.tls()) as imap:
            imap.login(f"welcomed@{domain}", "correct horse")
            until = time.monotonic() + 30
            while imap.select("INBOX")[1] != [b"1"]:
                self.assertLess(time.monotonic(), until)
            mail = email.message_from_bytes(imap.fetch("1", "(BODY.PEEK[])")[1][0][1], policy=email.policy.default)
        self.change(f'DELETE_DOMAIN_WELCOME_EMAIL domain="{domain}"')
        self.assertEqual(mail["Subject"], "Welcome aboard")
        self.assertEqual(mail["From"], f"The team <hello@{domain}>")
        self.assertEqual(mail["To"], f"welcomed@{domain}")
        self.assertEqual(mail["Auto-Submitted"], "auto-generated")
        self.assertEqual(mail.get_content().strip(), "Good to have you")
        self.change(f'DELETE_MAILBOX domain="{domain}" mailbox="welcomed"')

    def test_lists_for_old_and_new_clients(self):
        domain = self.domain()
        new = self.app(f'GET_DOMAIN_MAILBOXES domain="{domain}"')[0]
        self.assertEqual(new[:2], ["OK 0 Success", "MAILBOX,TYPE,WORKGROUP"])
        old = self.app(f'GET_DOMAIN_MAILBOXES domain="{domain}"', version="3.3")[0]
        self.assertEqual(old[:3], ["OK 0", "MAILBOX TYPE WORKGROUP", ","])
        self.assertEqual(len(new) - 2, (len(old) - 2) // 2)

    def test_errors(self):
        self.error(self.app('GET_MAILBOX domain="elsewhere.example" mailbox="x"')[0], 12)
        self.error(self.app("NO_SUCH_COMMAND")[0], 2)


main()
