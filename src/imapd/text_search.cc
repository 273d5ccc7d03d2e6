#include "imapd/text_search.h"

#include <algorithm>

#include "base/text.h"
#include "message/characters.h"
#include "message/charset.h"
#include "message/header.h"
#include "message/html.h"
#include "message/text.h"
#include "message/transfer.h"

namespace postroad::imapd {
namespace {

bool has(std::string_view utf8, const std::string& folded) {
  return message::fold_case(utf8).find(folded) != std::string::npos;
}

bool any_field_has(std::string_view header, const std::string& folded) {
  const auto holds = [&folded](const message::FieldView& field) {
    return has(std::string(field.name) + ": " + message::decode_text(field.value), folded);
  };
  return std::ranges::any_of(message::fields(header), holds);
}

io::Task<Result<bool>> header_part_has(Reading& reading, message::Range header, const std::string& folded) {
  CO_TRY(const auto bytes, co_await reading.header(header));
  co_return any_field_has(bytes, folded);
}

// How much of `utf8` is searched now: whole lines, in which what case folding or HTML put together is not cut.
std::size_t whole_lines(std::string_view utf8) {
  const auto stop = utf8.rfind('\n');
  return stop == utf8.npos ? utf8.size() : stop + 1;
}

io::Task<Result<bool>> text_part_has(Reading& reading, const message::Part& part, const std::string& folded) {
  const bool is_html = part.subtype == "html";
  message::TransferDecoder transfer(part.encoding);
  message::CharsetDecoder charset(message::parameter(part.parameters, "charset").value_or(""));
  Finder finder(folded);
  std::string utf8;
  for (auto at = part.body.begin; at < part.body.end;) {
    CO_TRY(const auto bytes, co_await reading.piece(at, part.body.end - at));
    if (bytes.empty()) break;
    at += bytes.size();
    const bool is_last = at == part.body.end;
    std::string decoded;
    transfer.feed(bytes, decoded);
    if (is_last) transfer.finish(decoded);
    charset.feed(decoded, utf8);
    if (is_last) charset.finish(utf8);
    const auto count = is_last ? utf8.size() : whole_lines(utf8);
    const auto text = std::string_view(utf8).substr(0, count);
    if (finder.found_in(is_html ? message::html_to_text(text) : std::string(text))) co_return true;
    utf8.erase(0, count);
  }
  co_return false;
}

// What of a message is read by people: so are reports of deliveries, whose type is message/delivery-status.
bool is_searched(const message::Part& part) {
  return part.children.empty() && (part.is_text() || part.type == "message");
}

// `part` and what is below it, which limits of the index bound in depth. `and_headers`: of the parts, too, where the
// names of attached files stand.
io::Task<Result<bool>> part_has(Reading& reading, const message::Part& part, const std::string& folded,
                                bool and_headers) {
  if (is_searched(part)) co_return co_await text_part_has(reading, part, folded);
  for (const auto& child : part.children) {
    if (and_headers || part.is_message()) {
      CO_TRY(const bool found, co_await header_part_has(reading, child.header, folded));
      if (found) co_return true;
    }
    CO_TRY(const bool found, co_await part_has(reading, child, folded, and_headers));
    if (found) co_return true;
  }
  co_return false;
}

}  // namespace

bool Finder::found_in(std::string_view utf8) {
  if (folded_.empty()) return true;
  before_ += message::fold_case(utf8);
  if (before_.find(folded_) != before_.npos) return true;
  const auto keep = std::min(before_.size(), folded_.size() - 1);
  before_.erase(0, before_.size() - keep);
  return false;
}

io::Task<Result<bool>> header_has(Reading& reading, std::string field, std::string folded) {
  CO_TRY(const auto* const summary, co_await reading.summary());
  CO_TRY(const auto header, co_await reading.header(summary->root.header));
  const auto holds = [&](const message::FieldView& found) {
    return equal_nocase(found.name, field) && (folded.empty() || has(message::decode_text(found.value), folded));
  };
  co_return std::ranges::any_of(message::fields(header), holds);
}

io::Task<Result<bool>> text_has(Reading& reading, std::string folded, bool and_header) {
  CO_TRY(const auto* const summary, co_await reading.summary());
  if (folded.empty()) co_return true;  // every text holds it
  if (and_header) {
    CO_TRY(const bool found, co_await header_part_has(reading, summary->root.header, folded));
    if (found) co_return true;
  }
  co_return co_await part_has(reading, summary->root, folded, and_header);
}

}  // namespace postroad::imapd
