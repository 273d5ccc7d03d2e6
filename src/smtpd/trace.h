#pragma once

#include <string>
#include <string_view>

#include "base/id.h"
#include "smtp/state.h"

namespace postroad::smtpd {

// Where a message came from: what its first header fields tell.  rfc5321 4.4
struct Trace {
  std::string_view client_name;     // of EHLO; may be anything
  std::string_view client_address;  // IPv4 or IPv6
  std::string_view host;            // ours
  std::string_view tls;             // io::Stream::tls_text; empty: none
  std::string_view id;
  bool is_lmtp = false;
  bool is_extended = false;
  Time now;
};

// Return-Path and Received, each line with CRLF. `for` is told only of a message with one recipient: the others' names
// are not for each other.  rfc5321 7.6
std::string trace_fields(const Trace& trace, const smtp::Envelope& envelope);

}  // namespace postroad::smtpd
