#include "smtpd/trace.h"

#include <doctest/doctest.h>

using namespace postroad;
using namespace postroad::smtpd;

namespace {

smtp::Envelope envelope(const char* to) {
  smtp::Envelope made;
  made.mail.from = {"x", "far.example"};
  made.recipients.push_back({.to = *smtp::parse_mailbox(to, smtp::Charset::Utf8)});
  return made;
}

}  // namespace

TEST_CASE("Received tells who, whence, how and for whom") {
  Trace trace{.client_name = "mx.far.example", .client_address = "192.0.2.1", .host = "mx.example.org", .id = "m1",
              .is_extended = true, .now = Time(std::chrono::seconds(1'790'676'000))};
  CHECK(trace_fields(trace, envelope("ann@example.org")) ==
        "Return-Path: <x@far.example>\r\n"
        "Received: from mx.far.example ([192.0.2.1])\r\n\tby mx.example.org with ESMTP\r\n\tid m1\r\n"
        "\tfor <ann@example.org>;\r\n\tTue, 29 Sep 2026 10:00:00 +0000\r\n");
}

TEST_CASE("the parts of Received") {
  struct Case {
    const char* name;
    Trace trace;
    bool is_utf8;
    const char* want;
  };
  const Case kCases[] = {
      {"HELO", {.client_name = "a.example"}, false, " with SMTP\r\n"},
      {"EHLO with TLS", {.client_name = "a.example", .tls = "TLSv1.3 X", .is_extended = true}, false, " with ESMTPS\r\n\t(TLSv1.3 X)\r\n"},
      {"LMTP", {.is_lmtp = true, .is_extended = true}, false, " with LMTP\r\n"},
      {"LMTP with TLS", {.tls = "T", .is_lmtp = true}, false, " with LMTPS\r\n"},
      {"SMTPUTF8", {.is_extended = true}, true, " with UTF8SMTP\r\n"},
      {"SMTPUTF8 by LMTP with TLS", {.tls = "T", .is_lmtp = true}, true, " with UTF8LMTPS\r\n"},
      {"IPv6", {.client_name = "a.example", .client_address = "2001:db8::1"}, false, "from a.example ([IPv6:2001:db8::1])\r\n"},
      {"a literal", {.client_name = "[192.0.2.1]", .client_address = "192.0.2.1"}, false, "from [192.0.2.1] ([192.0.2.1])\r\n"},
      {"no host's name", {.client_name = "a b\r\nc", .client_address = "192.0.2.1"}, false, "from [192.0.2.1] (helo=a?b??c)\r\n"},
      {"no address", {.client_name = "a.example", .client_address = "unix"}, false, "from a.example ([127.0.0.1])\r\n"},
  };
  for (const auto& row : kCases) {
    CAPTURE(row.name);
    auto about = envelope("ann@example.org");
    about.mail.is_utf8 = row.is_utf8;
    const auto text = trace_fields(row.trace, about);
    CAPTURE(text);
    CHECK(text.contains(row.want));
  }
}

TEST_CASE("an address in UTF-8 is told only in a UTF-8 message; several recipients never") {
  auto about = envelope("j\xc3\xbcrgen@example.org");
  CHECK_FALSE(trace_fields({}, about).contains("for <"));
  about.mail.is_utf8 = true;
  CHECK(trace_fields({}, about).contains("for <j\xc3\xbcrgen@example.org>;"));
  about.recipients.push_back({.to = {"bob", "example.org"}});
  CHECK_FALSE(trace_fields({}, about).contains("for <"));
}

TEST_CASE("the null path and quoted ones") {
  auto about = envelope("ann@example.org");
  about.mail.from = {};
  CHECK(trace_fields({}, about).starts_with("Return-Path: <>\r\n"));
  about.mail.from = {"a b", "far.example"};
  CHECK(trace_fields({}, about).starts_with("Return-Path: <\"a b\"@far.example>\r\n"));
}
