#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "base/text.h"
#include "message/address.h"
#include "message/build.h"
#include "message/charset.h"
#include "message/date.h"
#include "message/header.h"
#include "message/html.h"
#include "message/message_id.h"
#include "message/parameters.h"
#include "message/subject.h"
#include "message/text.h"
#include "message/transfer.h"

// What stands in header fields: nothing crashes, texts are what they are said to be, and what we write we read.
namespace {

using namespace postroad;
using namespace postroad::message;

void try_addresses(std::string_view value) {
  for (const auto& one : parse_addresses(value)) {
    check(one.name.find_first_of(std::string_view("\0\r\n", 3)) == one.name.npos, "a name is of one line");
    if (one.kind != Address::Kind::Mailbox || one.host.empty() || one.host.find_first_of("[].\"()\\") != one.host.npos) continue;
    const auto again = parse_addresses(addr_spec(one));
    check(again.size() == 1 && again[0].mailbox == one.mailbox && again[0].host == one.host, "an address goes there and back");
  }
}

void try_decoders(std::string_view bytes, std::size_t cut) {
  for (const auto encoding : {Encoding::Base64, Encoding::QuotedPrintable}) {
    TransferDecoder decoder(encoding);
    std::string got;
    decoder.feed(bytes.substr(0, cut), got);
    decoder.feed(bytes.substr(cut), got);
    decoder.finish(got);
    check(got == decode_transfer(bytes, encoding), "cuts change nothing");
  }
  for (const char* charset : {"utf-8", "", "iso-2022-jp", "utf-7", "gb18030", "utf-16"}) {
    CharsetDecoder decoder(charset);
    std::string got;
    decoder.feed(bytes.substr(0, cut), got);
    decoder.feed(bytes.substr(cut), got);
    decoder.finish(got);
    check(got == to_utf8(bytes, charset), "cuts change nothing");
    check(is_utf8(got), "text is UTF-8");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view value(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  try_addresses(value);
  try_decoders(value, std::min<std::size_t>(bytes[0], value.size()));
  if (const auto date = parse_date(value)) {
    check(parse_date(format_date(date->time, date->zone_minutes)) == date, "a date goes there and back");
  }
  for (const auto& id : parse_message_ids(value)) check(!id.empty() && id.find_first_of(" \r\n<>") == id.npos, "an id is one word");
  const auto content = parse_parameterised(value);
  for (const auto& one : content.parameters) parameter(content.parameters, one.name);

  const auto text = decode_text(value);
  check(is_utf8(text), "text is UTF-8");
  check(is_utf8(base_subject(text).text) && is_utf8(html_to_text(text)), "text is UTF-8");
  const auto field = format_field("X", encode_text(text));
  check(fields(field).size() == 1, "a field is one field");
  check(trim(decode_text(fields(field)[0].value)) == trim(text), "a text goes there and back");
  return 0;
}
