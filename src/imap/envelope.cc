#include <optional>

#include "imap/format.h"
#include "imap/structure.h"

namespace postroad::imap {
namespace {

using message::Address;

void put_or_nil(std::string& out, const std::string& text) {
  if (text.empty())
    out += "NIL";
  else
    put_string(out, text);
}

// A group is an address without a host, and one without a mailbox at its end.  rfc3501 7.4.2
void put_address(std::string& out, const Address& address) {
  out += '(';
  put_or_nil(out, address.kind == Address::Kind::Mailbox ? address.name : std::string());
  out += ' ';
  put_or_nil(out, address.route);
  out += ' ';
  switch (address.kind) {
    case Address::Kind::GroupEnd: out += "NIL NIL"; break;
    case Address::Kind::GroupStart:
      put_string(out, address.name);
      out += " NIL";
      break;
    case Address::Kind::Mailbox:
      put_string(out, address.mailbox);
      out += ' ';
      put_string(out, address.host);  // an empty one too: NIL would begin a group
      break;
  }
  out += ')';
}

void put_addresses(std::string& out, const std::vector<Address>& addresses) {
  out += ' ';
  if (addresses.empty()) {
    out += "NIL";
    return;
  }
  out += '(';
  for (const auto& address : addresses) put_address(out, address);
  out += ')';
}

}  // namespace

void put_envelope(std::string& out, const message::Envelope& envelope) {
  out += '(';
  put_nstring(out, envelope.date);
  out += ' ';
  put_nstring(out, envelope.subject);
  put_addresses(out, envelope.from);
  // Where there are none, From stands for them.  rfc3501 7.4.2
  put_addresses(out, envelope.sender.empty() ? envelope.from : envelope.sender);
  put_addresses(out, envelope.reply_to.empty() ? envelope.from : envelope.reply_to);
  put_addresses(out, envelope.to);
  put_addresses(out, envelope.cc);
  put_addresses(out, envelope.bcc);
  out += ' ';
  put_nstring(out, envelope.in_reply_to);
  out += ' ';
  put_nstring(out, envelope.message_id);
  out += ')';
}

}  // namespace postroad::imap
