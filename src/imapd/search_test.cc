#include "imapd/testing.h"

using namespace postroad::imapd::testing;

namespace {

// Four messages that differ in whatever a search asks for.
void fill(Peer& peer) {
  peer.append("From: Anna <anna@x.org>\r\nTo: b@y.org\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n"
              "Date: Sun, 1 Feb 2026 23:30:00 -0500\r\n\r\nplain needle here\r\n");
  peer.append("From: Bert <bert@x.org>\r\nCc: c@z.org\r\nSubject: second\r\n"
              "Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
              "caf=E9 nee=\r\ndle\r\n",
              "INBOX", "(\\Seen work)");
  peer.append("From: Carl <carl@x.org>\r\nSubject: third\r\nX-Flag: yes\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
              "--b\r\nContent-Type: text/html\r\n\r\n<p>hidden <b>nee</b>dle</p>\r\n"
              "--b\r\nContent-Type: application/octet-stream\r\n\r\nneedle\r\n--b--\r\n",
              "INBOX", "(\\Flagged)");
  peer.append("Subject: outer\r\nContent-Type: message/rfc822\r\n\r\nSubject: innermost\r\n\r\n" + std::string(2000, 'x'));
}

}  // namespace

TEST_CASE("SEARCH") {
  Node node;
  Peer peer(node, kAlice, "INBOX");
  fill(peer);
  struct Case {
    const char* keys;
    const char* want;
  };
  constexpr Case kCases[] = {
      {"ALL", " 1 2 3 4"},
      {"2:3", " 2 3"},
      {"*", " 4"},
      {"7:*", " 4"},
      {"99", ""},
      {"UID 2,4,99", " 2 4"},
      {"SEEN", " 2"},
      {"UNSEEN", " 1 3 4"},
      {"KEYWORD work", " 2"},
      {"KEYWORD WORK", " 2"},
      {"UNKEYWORD work", " 1 3 4"},
      {"KEYWORD unheard", ""},
      {"UNKEYWORD unheard", " 1 2 3 4"},
      {"RECENT", " 1 2 3 4"},
      {"OLD", ""},
      {"NEW", " 1 3 4"},
      {"OR SEEN FLAGGED", " 2 3"},
      {"NOT OR SEEN FLAGGED", " 1 4"},
      {"(SEEN) NOT FLAGGED", " 2"},
      {"FROM anna", " 1"},
      {"FROM X.ORG", " 1 2 3"},
      {"TO b@y", " 1"},
      {"CC z.org", " 2"},
      {"BCC x", ""},
      {"SUBJECT second", " 2"},
      {"CHARSET UTF-8 SUBJECT {7+}\r\nGR\xc3\x9c\xc3\x9f" "E", " 1"},
      {"SUBJECT \"gr\xc3\xbcsse\"", " 1"},
      {"HEADER x-flag YES", " 3"},
      {"HEADER x-flag \"\"", " 3"},
      {"HEADER x-none \"\"", ""},
      {"BODY needle", " 1 2 3"},
      {"BODY \"hidden needle\"", " 3"},
      {"BODY second", ""},
      {"TEXT second", " 2"},
      {"BODY \"caf\xc3\xa9\"", " 2"},
      {"CHARSET ISO-8859-1 BODY {4+}\r\nCAF\xc9", " 2"},
      {"BODY innermost", " 4"},
      {"BODY \"\"", " 1 2 3 4"},
      {"SENTON 1-Feb-2026", " 1"},
      {"SENTON 2-Feb-2026", ""},
      {"SENTBEFORE 2-Feb-2026", " 1"},
      {"SENTSINCE 1-Feb-2026", " 1"},
      {"LARGER 2000", " 4"},
      {"SMALLER 2000", " 1 2 3"},
      {"BEFORE 1-Jan-1990", ""},
      {"SINCE 1-Jan-1990", " 1 2 3 4"},
      {"EMAILID e2", ""},
  };
  for (const auto& row : kCases) {
    INFO("keys: ", std::string(row.keys));
    peer.ok(std::string("SEARCH ") + row.keys);
    REQUIRE(peer.untagged().size() == 1);
    CHECK(peer.untagged()[0] == std::string("SEARCH") + row.want);
  }
}

TEST_CASE("SEARCH finds the names of attached files, and what a report says") {
  Node node;
  Peer peer(node, kAlice, "INBOX");
  peer.append("Subject: with a file\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nsee below\r\n--b\r\n"
              "Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=invoice.pdf\r\n\r\nJVBERi0\r\n"
              "--b--\r\n");
  peer.append("Subject: failed\r\nContent-Type: multipart/report; boundary=b\r\n\r\n--b\r\n\r\nsorry\r\n--b\r\n"
              "Content-Type: message/delivery-status\r\n\r\nFinal-Recipient: rfc822; nobody@far.example\r\n--b--\r\n");
  const auto found = [&peer](const std::string& keys) {
    peer.ok("SEARCH " + keys);
    return peer.untagged().at(0);
  };
  CHECK(found("TEXT invoice.pdf") == "SEARCH 1");
  CHECK(found("BODY invoice.pdf") == "SEARCH");
  CHECK(found("TEXT JVBERi0") == "SEARCH");
  CHECK(found("BODY nobody@far.example") == "SEARCH 2");
}

TEST_CASE("UID SEARCH gives UIDs") {
  Node node;
  Peer peer(node, kAlice, "INBOX");
  fill(peer);
  peer.ok("UID STORE 1:2 +FLAGS.SILENT (\\Deleted)");
  peer.ok("EXPUNGE");
  peer.ok("SEARCH ALL");
  CHECK(peer.told("SEARCH 1 2"));
  peer.ok("UID SEARCH ALL");
  CHECK(peer.told("SEARCH 3 4"));
  peer.ok("UID SEARCH 1");
  CHECK(peer.told("SEARCH 3"));
}

TEST_CASE("SEARCH by day of arrival") {
  Node node;
  Peer peer(node, kAlice, "INBOX");
  peer.ok("APPEND INBOX \" 1-Feb-2026 23:59:59 +0000\" {5+}\r\nhello");
  peer.ok("APPEND INBOX \" 2-Feb-2026 00:00:00 +0000\" {5+}\r\nhello");
  peer.ok("SEARCH ON 1-Feb-2026");
  CHECK(peer.told("SEARCH 1"));
  peer.ok("SEARCH BEFORE 2-Feb-2026");
  CHECK(peer.told("SEARCH 1"));
  peer.ok("SEARCH SINCE 2-Feb-2026");
  CHECK(peer.told("SEARCH 2"));
}

TEST_CASE("SEARCH RETURN") {
  Node node;
  Peer peer(node, kAlice, "INBOX");
  fill(peer);
  const auto esearch = [&peer](const std::string& command) {
    peer.ok(command);
    REQUIRE(peer.untagged().size() == 1);
    const auto& text = peer.untagged()[0];
    CHECK(text.starts_with("ESEARCH (TAG \"t"));
    return text.substr(text.find(')') + 1);
  };
  CHECK(esearch("SEARCH RETURN (MIN) UNSEEN") == " MIN 1");
  CHECK(esearch("SEARCH RETURN (MAX) UNSEEN") == " MAX 4");
  CHECK(esearch("SEARCH RETURN (MIN MAX COUNT ALL) UNSEEN") == " MIN 1 MAX 4 ALL 1,3:4 COUNT 3");
  CHECK(esearch("UID SEARCH RETURN () ALL") == " UID ALL 1:4");
  CHECK(esearch("SEARCH RETURN (COUNT) SUBJECT nowhere") == " COUNT 0");
  CHECK(esearch("SEARCH RETURN (ALL MIN) SUBJECT nowhere") == "");
}

TEST_CASE("SEARCH MODSEQ") {
  Node node;
  Peer peer(node, kAlice, "INBOX");
  fill(peer);
  peer.ok("SELECT INBOX (CONDSTORE)");
  peer.ok("STORE 3 +FLAGS (\\Answered)");
  const auto text = peer.untagged().at(0);
  const auto modseq = text.substr(text.rfind('(') + 1, text.find(')', text.rfind('(')) - text.rfind('(') - 1);
  peer.ok("SEARCH MODSEQ " + modseq);
  CHECK(peer.told("SEARCH 3 (MODSEQ " + modseq + ")"));
  peer.ok("SEARCH RETURN (MIN COUNT) MODSEQ 1");
  CHECK(peer.told_with(" MIN 1 COUNT 4 MODSEQ " + modseq));
  peer.ok("SEARCH RETURN (MIN) MODSEQ \"/flags/\\\\Seen\" all " + modseq);
  CHECK(peer.told_with(" MIN 3 MODSEQ " + modseq));
  peer.ok("SEARCH MODSEQ 9223372036854775807");
  CHECK(peer.told("SEARCH"));
  peer.bad("SEARCH MODSEQ 9223372036854775808");
}

TEST_CASE("SEARCH that can't be") {
  Node node;
  Peer peer(node, kAlice, "INBOX");
  peer.no("SEARCH CHARSET X-UNKNOWN TEXT a", "[BADCHARSET (US-ASCII UTF-8)]");
  peer.bad("SEARCH");
  peer.bad("SEARCH NOPE");
  peer.bad("SEARCH TEXT {1+}\r\n\xff");
  std::string deep = "SEARCH ";
  for (int i = 0; i < 5000; ++i) deep += "(NOT ";
  peer.bad(deep + "ALL");
  peer.ok("SEARCH 1:*");
  CHECK(peer.told("SEARCH"));
}

TEST_CASE("a text across the pieces of a long message is found") {
  Node node;
  Peer peer(node, kAlice, "INBOX");
  std::string text = mail("long", "");
  while (text.size() < 256 * 1024 - 5) text += 'x';
  peer.append(text + "Needle in the seam" + std::string(1000, 'y'));
  peer.ok("SEARCH BODY \"needle IN the seam\"");
  CHECK(peer.told("SEARCH 1"));
  peer.ok("SEARCH BODY \"needle in the team\"");
  CHECK(peer.told("SEARCH"));
}
