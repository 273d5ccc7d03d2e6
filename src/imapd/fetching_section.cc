#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "imap/format.h"
#include "imapd/fetching.h"
#include "message/header.h"

namespace postroad::imapd {
namespace {

using What = imap::Section::What;

message::Section section_of(What what) {
  switch (what) {
    case What::All: return message::Section::Body;
    case What::Text: return message::Section::Text;
    case What::Mime: return message::Section::Mime;
    case What::Header:
    case What::HeaderFields:
    case What::HeaderFieldsNot: return message::Section::Header;
  }
  return message::Section::Body;
}

// The part of `range` that was asked for.  rfc3501 6.4.5
message::Range cut(message::Range range, const std::optional<imap::Partial>& partial) {
  if (!partial) return range;
  const auto begin = range.begin + std::min<std::uint64_t>(partial->offset, range.size());
  return {begin, std::min(range.end, begin + partial->length)};
}

// The fields named, or all others, and the empty line.
std::string fields_of(std::string_view header, const imap::Section& section) {
  std::string made;
  for (const auto& field : message::fields(header)) {
    const auto names = [&field](const std::string& name) { return equal_nocase(name, field.name); };
    if (std::ranges::any_of(section.fields, names) == (section.what == What::HeaderFields)) made += field.raw;
  }
  return made + "\r\n";
}

void put_literal(std::string& out, std::string_view bytes) {
  out += fmt::format("{{{}}}\r\n", bytes.size());
  out += bytes;
}

}  // namespace

io::Task<Result<std::optional<message::Range>>> Fetching::range_of(const imap::Section& section) {
  // All of the message is known without its structure.
  if (section.part.empty() && section.what == What::All) co_return message::Range{0, message_.size_bytes};
  CO_TRY(const auto* const summary, co_await reading_.summary());
  co_return message::find_section(summary->root, section.part, section_of(section.what));
}

io::Task<Result<>> Fetching::tell_section(const imap::FetchItem& item) {
  CO_TRY(const auto range, co_await range_of(item.section));
  out() += imap::item_text(item) + ' ';
  if (!range) {
    out() += "NIL";  // there is no such part
    co_return Result<>();
  }
  if (!item.section.fields.empty()) co_return co_await tell_fields(item, *range);
  co_return co_await tell_bytes(cut(*range, item.partial));
}

io::Task<Result<>> Fetching::tell_fields(const imap::FetchItem& item, message::Range range) {
  CO_TRY(const auto header, co_await reading_.header(range));
  const auto fields = fields_of(header, item.section);
  const auto wanted = cut({0, fields.size()}, item.partial);
  put_literal(out(), std::string_view(fields).substr(wanted.begin, wanted.size()));
  session_.parts.counts.fetched_bytes.add(wanted.size());
  co_return Result<>();
}

io::Task<Result<>> Fetching::tell_bytes(message::Range range) {
  out() += fmt::format("{{{}}}\r\n", range.size());
  for (auto at = range.begin; at < range.end;) {
    CO_TRY(auto bytes, co_await reading_.piece(at, range.end - at));
    if (bytes.empty()) co_return fail(Fault::Broken, "a message is shorter than its size");
    at += bytes.size();
    session_.parts.counts.fetched_bytes.add(bytes.size());
    if (bytes.size() < kPieceBytes && at == range.end)
      out() += bytes;
    else
      co_await session_.wire.send(std::move(bytes));
  }
  co_return Result<>();
}

}  // namespace postroad::imapd
