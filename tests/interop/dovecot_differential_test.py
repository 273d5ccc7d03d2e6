"""The same mails and the same commands for Postroad and Dovecot: where the answers differ, one of them is wrong.

What stands in KNOWN differs for the reason given there: the RFCs leave it open, or Dovecot reads a broken message in
another way. Everything else must be equal. One that is named there and is equal is told, too: the list is no bin.
"""
import glob
import os
import poplib
import re
import unittest

from demo import Case, main
from dovecot import PASSWORD, USER, Dovecot, find
from raw_imap import Atom, RawImap, Reader, Text, literal

MAILS = "tests/fixtures/mail"

# Of a specimen, what is compared of it, and why it may differ.
KNOWN = {
    ("addresses-broken", "ENVELOPE"): "what can be read of broken addresses",
    ("addresses-cut", "ENVELOPE"): "what can be read of broken addresses",
    ("addresses-many-forms", "ENVELOPE"): "what can be read of broken addresses",
    ("addresses-obsolete", "ENVELOPE"): "rfc5322 4.4: obs-local-part has spaces around its dots",
    ("date-twice", "ENVELOPE"): "which of two Date fields counts",
    ("encoded-word-in-address", "ENVELOPE"): "what can be read of broken addresses",
    ("from-twice", "ENVELOPE"): "which of two Subject fields counts",
    ("boundary-empty", "structure"): "an empty boundary is none (rfc2046 5.1.1)",
    ("boundary-extended", "structure"): "rfc2231 4: any parameter may be encoded, a boundary too",
    ("boundary-missing", "structure"): "a multipart without a boundary is text",
    ("boundary-never", "structure"): "a multipart without parts: all of it is one",
    ("boundary-text-behind", "structure"): "a delimiter line has nothing behind the boundary but white space",
    ("boundary-twice", "structure"): "of a parameter that stands twice the first counts",
    ("boundary-unclosed-quote", "structure"): "a quote that nothing closes ends with the field",
    ("boundary-unquoted-specials", "structure"): "what senders write without quotes is read as they meant it",
    ("content-type-bad", "structure"): "rfc2045 5.2: what can't be read is text/plain",
    ("content-type-empty", "structure"): "rfc2045 5.2: what can't be read is text/plain",
    ("encoding-semicolon", "structure"): "what stands in front of the semicolon is known",
    ("forwarded-base64", "structure"): "rfc2045 6.4: base64 of a message is not allowed",
    ("forwarded-quoted-printable", "structure"): "rfc2045 6.4: quoted-printable of a message is not allowed",
    ("mailing-list", "structure"): "Content-Language with two languages (rfc3282)",
    ("forwarded", "structure"): "the line end behind an inner multipart is the delimiter's that follows",
    ("multipart-in-digest", "structure"): "the line end behind an inner multipart is the delimiter's that follows",
    ("parameter-segments-mixed-up", "structure"): "rfc2231 3: of segments with a gap, those in front of it",
    ("type-multipart-alone", "structure"): "rfc2045 5.2: what can't be read is text/plain",
    ("type-without-semicolon", "structure"): "a type is read without the semicolon behind it",
    ("boundary-empty", "sections"): "as its structure",
    ("boundary-extended", "sections"): "as its structure",
    ("boundary-missing", "sections"): "as its structure",
    ("boundary-never", "sections"): "as its structure",
    ("boundary-unclosed-quote", "sections"): "as its structure",
    ("boundary-text-behind", "sections"): "as its structure",
    ("empty-parts", "sections"): "whose the line end behind a header without a text is",
    ("forwarded-cut", "sections"): "a header that a boundary ends",
    ("forwarded-empty", "sections"): "whose the line end behind a header without a text is",
    ("outer-ends-in-inner-header", "sections"): "a header that a boundary ends",
    ("header-ends-in-text", "sections"): "whether the empty line stands behind fields of a header without one",
    ("no-header-end", "sections"): "whether the empty line stands behind fields of a header without one",
    ("global", "sections"): "message/global is a message (rfc6532 3.7)",
}

# Searches, and which specimens Postroad finds beside (+) or without (-) those of Dovecot.
SEARCHES = [
    "ALL", "1:3", "*", "*:1", "80:*", "1,3,5:7", "UID 1:3", "UID *", "UID 9999", "NOT 1:80", "OR 1 2", "OR (1) (2 3)",
    "NOT NOT 1", "((1))", "OR OR 1 2 3", "NOT (1:80 81)", "SEEN", "UNSEEN", "ANSWERED", "UNANSWERED", "FLAGGED",
    "KEYWORD $Label", "UNKEYWORD $label", "DELETED", "UNDELETED", "DRAFT", "OLD", "BEFORE 5-Jan-2020", "ON 5-Jan-2020",
    "SINCE 5-Jan-2020", "SENTON 23-Nov-2026", "SENTSINCE 22-Nov-2026 SENTBEFORE 24-Nov-2026 SENTSINCE 1-Jan-1971",
    "LARGER 0", "LARGER 300", "SMALLER 300", "SMALLER 0", "HEADER X-None \"\"", "HEADER From \"\"", "FROM ann", "FROM ANN",
    "TO bob", "CC carol", "BCC x", "SUBJECT plain", "SUBJECT re", "HEADER Message-ID plain@", "HEADER Content-Type MIXED",
    "TEXT pdf", "TEXT base64", "TEXT \"from: ann\"", "BODY signed", "BODY cafe", "TEXT \"\"", "BODY \"\"",
    "CHARSET US-ASCII SUBJECT plain", "SUBJECT nothing OR SUBJECT plain SUBJECT base64", "BODY bob", "BODY nothing-has-it",
    ("SUBJECT", "gr\u00fc\u00dfe", "+encoded-word-cut +latin1-header"), ("SUBJECT", "GR\u00dc\u00dfE", "+encoded-word-cut +latin1-header"),
    ("FROM", "j\u00fcrgen", "+addresses-8bit +latin1-header"), ("BODY", "gr\u00fc\u00dfe", "+charset-unknown"), ("BODY", "\u65e5\u672c", ""),
    ("BODY", "\u4e2d", ""), ("BODY", "\u6587", ""), ("BODY", "abc and", ""), ("BODY", "footer", ""),
    ("BODY", "world", "+base64-junk +base64-padding-inside"),  # what follows junk, and padding, is of the body
    ("BODY", "=x", ""), ("BODY", "soft at the end", ""), ("BODY", "half", ""), ("BODY", "hello", "+base64-junk -encoding-twice"),
    ("BODY", "inner", "+forwarded-alone"),  # its header is part of the body
]

STORES = ["1 +FLAGS (\\Flagged)", "1:3 -FLAGS \\Seen", "2 FLAGS (a b)", "2 FLAGS.SILENT (\\Seen)", "2 FLAGS ()",
          "1:* +FLAGS.SILENT ($X)", "1 FLAGS x y", "1 +FLAGS (x x X)", "3 -FLAGS (\\Seen $x nope)", "*:80 FLAGS (\\Draft)"]

# Commands that are refused, and how; Dovecot says the same.
REFUSED = {
    "BAD": ["FETCH", "FETCH 1", "FETCH 1 (FLAGS", "FETCH 1 FLAGS)", "FETCH 1 ()", "FETCH 1 (ALL)", "FETCH 0 UID",
            "FETCH 4294967296 UID", "FETCH 1:2000 UID", "FETCH 1 BODY[", "FETCH 1 BODY[MIME]", "FETCH 1 BODY[1.]",
            "FETCH 1 BODY[HEADER.FIELDS]", "FETCH 1 BODY[HEADER.FIELDS ()]", "FETCH 1 BODY[TEXT.1]", "FETCH 1 BODY[]<-1.5>",
            "FETCH 1 X", "UID FETCH 0 UID", "STORE 2000 FLAGS ()", "STORE 1 FLAGS (\\Recent)", "STORE 1 FLAGS (\\Nope)",
            "STORE 1 FLAGS (a (b))", "STORE 1 XFLAGS ()", "SEARCH", "SEARCH ()", "SEARCH NOT", "SEARCH OR 1", "SEARCH FROM",
            "SEARCH SINCE 1-Jan", "SEARCH 0", "SEARCH 1:", "SEARCH X", "COPY 1", "COPY 0 INBOX", "UID EXPUNGE", "CREATE",
            "STATUS INBOX MESSAGES", "STATUS INBOX (X)", "LOGIN a b", "NOPE", "APPEND INBOX (\\Nope) {1+}\r\nx"],
    "NO": ["SELECT Nowhere", "STATUS Nowhere (MESSAGES)", "CREATE INBOX", "CREATE a//b", "DELETE INBOX", "DELETE Nowhere",
           "RENAME Nowhere x", "COPY 1 Nowhere", "APPEND Nowhere {1+}\r\nx", "SEARCH CHARSET NOPE ALL"],
}


def specimens():
    """(name, bytes) with lines that end as they must: what else there may be is not IMAP's matter."""
    for path in sorted(glob.glob(os.path.join(MAILS, "*.eml"))):
        with open(path, "rb") as file:
            mail = re.sub(rb"\r*\n", b"\r\n", file.read())
        if mail and b"\0" not in mail:
            yield os.path.basename(path).removesuffix(".eml"), mail


def lowered(structure):
    """A body structure with what is without case in lower case, and without the charset that text has by default."""
    if isinstance(structure, list):
        made = [lowered(each) for each in structure]
        at = made.index(b"charset") if b"charset" in made else -1
        if at >= 0 and made[at + 1] == b"us-ascii":
            made[at:at + 2] = []
        return made or Atom(b"NIL")
    return structure.lower() if isinstance(structure, Text) else structure


def comparable(name, value):
    if name == b"FLAGS":
        return sorted(flag.lower() for flag in value)
    if name == b"INTERNALDATE":
        return value.strip().lstrip(b"0")
    if name in (b"BODY", b"BODYSTRUCTURE"):
        return repr(lowered(value))
    if name.startswith(b"BODY["):
        # A part that there isn't is NIL or empty; the line end behind an inner multipart is the delimiter's that follows
        # (rfc2046 5.1.1), which Dovecot sees otherwise.
        return b"" if value == b"NIL" else re.sub(rb"--\r\n$", b"--", value)
    return repr(value)


def fetched(untagged):
    """{(sequence number, item): value} of FETCH responses."""
    found = {}
    for response in untagged:
        items = Reader(response).items()
        if len(items) == 3 and items[1] == b"FETCH":
            for name, value in zip(items[2][::2], items[2][1::2]):
                found[int(items[0]), bytes(name)] = comparable(bytes(name), value)
    return found


def paths(structure, prefix=""):
    """The numbers of all parts.  rfc3501 6.4.5"""
    if isinstance(structure[0], list):
        for number, part in enumerate(each for each in structure if isinstance(each, list) and each and
                                      isinstance(each[0], (list, Text)) and is_part(each)):
            yield f"{prefix}{number + 1}"
            yield from paths(part, f"{prefix}{number + 1}.")
    elif structure[0].lower() == b"message" and structure[1].lower() == b"rfc822":
        inner = structure[8]
        if isinstance(inner[0], list):
            yield from paths(inner, prefix or "1.")
        else:
            yield f"{prefix or '1.'}1"


def is_part(structure):
    return isinstance(structure[0], list) or (len(structure) >= 7 and isinstance(structure[1], Text))


@unittest.skipUnless(find(), "dovecot is not installed")
class Differential(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dovecot = cls.enterClassContext(Dovecot())
        cls.mails = list(specimens())
        for client in cls.sessions():
            assert client.ask(b"CREATE Specimens")[0] == "OK"
            for number, (name, mail) in enumerate(cls.mails):
                flags = (b"\\Seen", b"\\Answered $Label", b"\\Flagged \\Seen")[number % 3]
                date = b'"%2d-Jan-2020 %02d:30:00 +0000"' % (number % 28 + 1, number % 24)
                done = client.ask(b"APPEND Specimens (%s) %s " % (flags, date) + literal(mail))
                assert done[0] == "OK", (name, done)
            client.close()

    @classmethod
    def sessions(cls):
        return (RawImap(cls.demo.port("imaps"), *cls.demo.account(0), cls.demo.tls()),
                RawImap(cls.dovecot.imap, USER, PASSWORD))

    def setUp(self):
        self.both = self.sessions()
        for client in self.both:
            self.addCleanup(client.close)
            self.assertEqual(client.ask(b"SELECT Specimens")[0], "OK")

    def asked(self, command):
        ours, theirs = (client.ask(command.encode()) for client in self.both)
        self.assertEqual(ours[0], theirs[0], f"{command}: {ours} and {theirs}")
        return ours, theirs

    def differences(self, command):
        (_, _, ours), (_, _, theirs) = self.asked(command)
        ours, theirs = fetched(ours), fetched(theirs)
        return [(key, ours.get(key), theirs.get(key)) for key in ours.keys() | theirs.keys() if ours.get(key) != theirs.get(key)]

    def compare(self, what, commands):
        """All specimens: what differs is known, and what is known differs. `commands`: of a specimen's number."""
        differing = set()
        for number, (name, _) in enumerate(self.mails, 1):
            for command in commands(number):
                found = self.differences(command)
                if found:
                    differing.add(name)
                if found and (name, what) not in KNOWN:
                    self.fail(f"{name}: {command}\n" + "\n".join(f"{key}\n  ours   {a!r}\n  theirs {b!r}" for key, a, b in found))
        self.assertEqual(differing, {name for name, of in KNOWN if of == what})

    def test_envelopes(self):
        self.compare("ENVELOPE", lambda number: [f"FETCH {number} (UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE)"])

    def test_structures(self):
        self.compare("structure", lambda number: [f"FETCH {number} (BODY BODYSTRUCTURE)"])

    def test_sections(self):
        def commands(number):
            response = Reader(self.both[0].ask(b"FETCH %d BODYSTRUCTURE" % number)[2][0]).items()
            parts = sorted({"", "1", "99", *paths(response[2][1])})
            for part in parts:
                dot = part + "." if part else ""
                # Header and text are a message's, not a part's; Dovecot gives parts of text the number 1 once more.
                names = [part] + ([f"{dot}MIME"] if part else ["HEADER", "TEXT", "HEADER.FIELDS (Subject FROM X-none)",
                                                               "HEADER.FIELDS.NOT (subject)"])
                for name in names:
                    yield f"FETCH {number} (BODY.PEEK[{name}] BODY.PEEK[{name}]<3.20> BODY.PEEK[{name}]<0.1> BODY.PEEK[{name}]<9999.1>)"
            yield f"FETCH {number} (RFC822 RFC822.HEADER RFC822.TEXT)"
            messages = [part for part in parts if part and len(self.both[0].ask(
                f"FETCH {number} BODY.PEEK[{part}.HEADER]".encode())[2][0]) > len(f"{number} FETCH (BODY[{part}.HEADER] NIL)")]
            for part in messages:
                yield f"FETCH {number} (BODY.PEEK[{part}.HEADER] BODY.PEEK[{part}.TEXT] BODY.PEEK[{part}.HEADER.FIELDS (from)]<2.9>)"

        self.compare("sections", commands)

    def found(self, command, charset=b""):
        def numbers(response):
            return set(response[2][-1].split()[1:])
        ours, theirs = (client.ask(charset + command) for client in self.both)
        self.assertEqual((ours[0], theirs[0]), ("OK", "OK"), command)
        return numbers(ours), numbers(theirs)

    def test_searches(self):
        numbers = {name: b"%d" % number for number, (name, _) in enumerate(self.mails, 1)}
        for search in SEARCHES:
            with self.subTest(search=search):
                command, known = b"SEARCH " + (search.encode() if isinstance(search, str) else b""), ""
                if not isinstance(search, str):
                    key, text, known = search
                    command = b"SEARCH CHARSET UTF-8 " + key.encode() + b" " + literal(text.encode())
                ours, theirs = self.found(command)
                for each in known.split():
                    (theirs.add if each[0] == "+" else theirs.discard)(numbers[each[1:]])
                self.assertEqual(ours, theirs)
                self.assertEqual(*self.found(b"UID " + command) if not known else (0, 0))

    def test_extended_searches(self):
        for search in ("RETURN (MIN MAX COUNT) ALL", "RETURN () 2:4", "RETURN (COUNT) SEEN", "RETURN (ALL) SUBJECT nothing",
                       "RETURN (MIN MAX) FLAGGED"):
            for prefix in ("", "UID "):
                ours, theirs = self.asked(f"{prefix}SEARCH {search}")
                pattern = re.compile(rb'^ESEARCH \(TAG "t\d+"\)')
                self.assertEqual(pattern.sub(b"", ours[2][0]), pattern.sub(b"", theirs[2][0]), search)

    def test_stores_copies_and_expunges(self):
        for client in self.both:
            client.ask(b"CREATE Work")
            client.ask(b"COPY 1:40 Work")
            client.ask(b"SELECT Work")
        for store in STORES:
            # Of messages that had the flags already, Dovecot tells nothing.
            self.assertEqual([each for each in self.differences(f"STORE {store}") if each[2] is not None], [], store)
            self.assertEqual(self.differences("FETCH 1:* (UID FLAGS)"), [], store)
        self.asked("UID STORE 3:5,9 +FLAGS (\\Deleted)")
        for command in ("UID EXPUNGE 4:20", "EXPUNGE", "MOVE 2:4 INBOX", "UID MOVE 30:31 INBOX", "COPY 1:2 INBOX", "NOOP"):
            ours, theirs = self.asked(command)
            # Dovecot tells the last first; what is left shows whether both mean the same.
            self.assertEqual(*(sum(each.endswith(b"EXPUNGE") for each in answer[2]) for answer in (ours, theirs)), command)
            self.assertEqual(self.differences("FETCH 1:* (UID FLAGS)"), [], command)
        for folder in ("INBOX", "Work", "Specimens"):
            ours, theirs = self.asked(f"STATUS {folder} (MESSAGES UIDNEXT UNSEEN SIZE)")
            self.assertEqual(*({*zip(items[::2], items[1::2])} for items in
                               (Reader(answer[2][-1]).items()[2] for answer in (ours, theirs))), folder)

    def test_refusals(self):
        for kind, commands in REFUSED.items():
            for command in commands:
                with self.subTest(command=command):
                    self.assertEqual(self.asked(command)[0][0], kind)
                for client in self.both:
                    client.ask(b"SELECT Specimens")

    def test_lists(self):
        for client in self.both:
            for folder in (b"a/b/c", b"A", b"a/x", b"&AOQ-/z", b"&-/b"):
                client.ask(b"CREATE " + folder)
        for pattern in ('"" a', '"" a/%', '"" a/*', '"a/" %', '"a/b" c', '"" a/%/%', '"" %b', '"" "*c"', '"" A', '"" inbox',
                        '"" &AOQ-/%', '"" &-*', '"" "a/%c"', '"" ""', '"" nothing*'):
            ours, theirs = self.asked(f"LIST {pattern}")

            def names(answer):
                # Case differs in names that differ in case alone, which Reader.atom would lose.
                return sorted((each.split(b'"/" ')[1], b"HasChildren" in each) for each in answer[2])
            self.assertEqual(names(ours), names(theirs), pattern)

    def test_pop3(self):
        address, password = self.demo.account(1)
        poplib._MAXLINE = 1 << 20  # rfc5322 2.1.1 is not everybody's
        ours = poplib.POP3_SSL("localhost", self.demo.port("pop3s"), context=self.demo.tls())
        theirs = poplib.POP3("127.0.0.1", self.dovecot.pop3)
        filled = RawImap(self.demo.port("imaps"), address, password, self.demo.tls()), RawImap(self.dovecot.imap, "pop@far.example", PASSWORD)
        for client in filled:
            for _, mail in self.mails:
                client.ask(b"APPEND INBOX " + literal(mail))
            client.close()
        for client, name, secret in ((ours, address, password), (theirs, "pop@far.example", PASSWORD)):
            client.user(name)
            client.pass_(secret)
        self.assertEqual(ours.stat(), theirs.stat())
        self.assertEqual(ours.list()[1], theirs.list()[1])
        for number, (name, _) in enumerate(self.mails, 1):
            self.assertEqual(ours.retr(number)[1], theirs.retr(number)[1], name)
            for lines in (0, 1, 5):
                self.assertEqual(ours.top(number, lines)[1], theirs.top(number, lines)[1], (name, lines))
        ours.quit()
        theirs.quit()


main()
