#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "base/text.h"
#include "message/header.h"
#include "message/index.h"
#include "message/transfer.h"

// However a message is cut, its index is the same; every part lies within the one around it; sizes and lines add up; the
// fields are those that header.h finds; and what is stored is what is read.
namespace {

using namespace postroad;
using namespace postroad::message;

Indexed cut(std::string_view message, std::size_t piece) {
  Index made;
  for (; !message.empty(); message.remove_prefix(std::min(piece, message.size()))) made.feed(message.substr(0, piece));
  return made.finish();
}

void check_clean(const std::vector<Address>& addresses) {
  bool is_in_group = false;
  for (const auto& one : addresses) {
    check(one.kind != Address::Kind::GroupStart || !is_in_group, "groups don't nest");
    check(one.kind != Address::Kind::GroupEnd || is_in_group, "groups are paired");
    if (one.kind != Address::Kind::Mailbox) is_in_group = one.kind == Address::Kind::GroupStart;
    for (const auto* text : {&one.name, &one.route, &one.mailbox, &one.host})
      check(text->find_first_of(std::string_view("\0\r\n", 3)) == text->npos, "an address is of one line");
  }
  check(!is_in_group, "groups are closed");
}

void check_part(const Part& part, Range around, std::string_view message) {
  check(around.begin <= part.header.begin && part.header.begin <= part.header.end, "a header lies within");
  check(part.header.end == part.body.begin && part.body.begin <= part.body.end && part.body.end <= around.end,
        "a body lies within, behind its header");
  const auto body = message.substr(part.body.begin, part.body.size());
  check(part.lines == static_cast<std::uint64_t>(std::ranges::count(body, '\n')), "lines are counted");
  check(part.is_multipart() || part.is_message() ? !part.children.empty() : part.children.empty(), "children where they belong");
  if (part.envelope) {
    for (const auto* list : {&part.envelope->from, &part.envelope->to, &part.envelope->cc}) check_clean(*list);
  }
  std::uint64_t begin = part.body.begin;
  for (const auto& child : part.children) {
    check_part(child, {begin, part.body.end}, message);
    begin = child.body.end;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view message(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  const auto whole = index(message);
  const auto pieces = cut(message, bytes[0] % 32 + 1U);
  check(whole.summary == pieces.summary && whole.fields == pieces.fields, "cuts change nothing");

  check_part(whole.summary.root, {0, message.size()}, message);
  check(whole.summary.root.body.end == message.size(), "the root has all of the message");
  check(is_utf8(whole.summary.preview), "a preview is UTF-8");
  check(decode(encode(whole.summary)).value() == whole.summary, "a summary goes there and back");

  const auto header = fields(message.substr(0, whole.summary.root.header.end));
  check(header.size() == whole.fields.size() || whole.summary.flaws.has(Flaw::NoHeaderEnd) ||
            whole.summary.flaws.has(Flaw::FieldLimit),
        "both ways of reading a header find the same fields");
  for (std::size_t at = 0; at < std::min(header.size(), whole.fields.size()); ++at)
    check(header[at].name == whole.fields[at].name && header[at].raw.size() == whole.fields[at].raw.size(),
          "both ways of reading a header find the same fields");
  return 0;
}
