#include "migration/imap/response.h"

#include <algorithm>

#include "base/text.h"
#include "imap/scanner.h"
#include "migration/imap/scanner.h"
#include "migration/limits.h"

namespace postroad::migration::imap {
namespace {

constexpr std::size_t kCapabilities = 256;
constexpr std::size_t kSectionBytes = 1000;

struct Word {
  std::string_view name;
  Condition condition;
};
constexpr Word kConditions[] = {{"OK", Condition::Ok},
                                {"NO", Condition::No},
                                {"BAD", Condition::Bad},
                                {"BYE", Condition::Bye},
                                {"PREAUTH", Condition::Preauth}};

std::optional<Condition> condition_of(std::string_view word) {
  for (const auto& each : kConditions)
    if (equal_nocase(each.name, word)) return each.condition;
  return {};
}

// resp-text: whatever it is, it is not refused.
Response status(std::string tag, Condition condition, std::string_view rest) {
  Status made{std::move(tag), condition, {}, {}, {}};
  const auto close = rest.find(']');
  if (rest.starts_with('[') && close != rest.npos) {
    const auto inner = rest.substr(1, close - 1);
    const auto space = std::min(inner.find(' '), inner.size());
    made.code = upper(inner.substr(0, space));
    made.argument = trim(inner.substr(space));
    rest.remove_prefix(close + 1);
  }
  made.text = trim(rest);
  return made;
}

Response capabilities(Scanner in) {
  Capabilities made;
  for (in.spaces(); !in.at_end() && made.names.size() < kCapabilities; in.spaces())
    made.names.push_back(upper(in.atom("capability")));
  return made;
}

// mailbox-list
Result<Response> listed(Scanner& in, bool is_lsub) {
  Listed made;
  made.is_lsub = is_lsub;
  in.expect("(");
  for (in.spaces(); !in.failed() && !in.maybe(")"); in.spaces()) {
    auto attribute = in.atom("attribute");
    if (made.attributes.size() < kAttributes) made.attributes.push_back(std::move(attribute));
  }
  in.space();
  made.delimiter = in.delimiter();
  in.space();
  made.name = in.astring("a mailbox");
  return in.result(Response(std::move(made)));  // what follows are extensions' data: rfc5258 6
}

std::vector<Namespace> namespaces_of_one_kind(Scanner& in) {
  std::vector<Namespace> made;
  if (in.maybe("NIL")) return made;
  in.expect("(");
  for (in.spaces(); !in.failed() && !in.maybe(")"); in.spaces()) {
    in.expect("(");
    Namespace one;
    one.prefix = in.string();
    in.space();
    one.delimiter = in.delimiter();
    for (in.spaces(); !in.failed() && !in.maybe(")"); in.spaces()) in.skip_value();
    if (made.size() < kAttributes) made.push_back(std::move(one));
  }
  return made;
}

Result<Response> namespaces(Scanner& in) {
  Namespaces made;
  made.personal = namespaces_of_one_kind(in);
  in.space();
  made.others = namespaces_of_one_kind(in);
  in.space();
  made.shared = namespaces_of_one_kind(in);
  return in.result(Response(std::move(made)));
}

// A date that is none is left out: a message is worth more than its date.
std::optional<Time> date_of(const std::string& text) {
  const auto quoted = '"' + (text.size() > 1 && text[1] == '-' ? " " + text : text) + '"';
  postroad::imap::Scanner in(quoted);
  const auto date = in.date_time();
  in.end();
  if (in.failed()) return {};
  return date;
}

// `BODY[...]` or `BODY[...]<0>`, from behind its `BODY[`.
void body(Scanner& in, Fetched& into) {
  std::string section;
  while (!in.failed() && !in.maybe("]")) {
    section += in.take(1, "]");
    if (section.size() > kSectionBytes) in.fail("a shorter section");
  }
  if (in.maybe("<")) {
    in.number(UINT64_MAX, "origin");
    in.expect(">");
  }
  in.space();
  if (!section.empty()) {
    auto text = in.nstring();
    if (starts_nocase(section, "HEADER")) into.header = std::move(text);
    return;
  }
  if (in.peek() == '{' || in.peek() == '~') {
    in.string();
    into.has_body = true;
  } else {
    into.body = in.nstring();
  }
}

// msg-att
Result<Response> fetched(Scanner& in, std::uint32_t number) {
  Fetched made;
  made.number = number;
  in.expect("(");
  for (in.spaces(); !in.failed() && !in.maybe(")"); in.spaces()) {
    if (in.maybe("BODY[")) {
      body(in, made);
      continue;
    }
    const auto item = in.atom("an item");
    in.space();
    if (equal_nocase(item, "UID")) {
      made.uid = in.number32("UID");
    } else if (equal_nocase(item, "RFC822.SIZE")) {
      made.size_bytes = in.number(UINT64_MAX, "size");
    } else if (equal_nocase(item, "FLAGS")) {
      made.flags = in.flags();
    } else if (equal_nocase(item, "INTERNALDATE") && in.peek() == '"') {
      made.internal_date = date_of(in.string());
    } else {
      in.skip_value();
    }
  }
  return in.result(Response(std::move(made)));
}

Result<Response> numbered(Scanner& in) {
  const auto number = in.number32("number");
  in.space();
  const auto word = in.atom("a response");
  if (in.failed()) return std::unexpected(in.error());
  if (equal_nocase(word, "EXISTS")) return Exists{number};
  if (equal_nocase(word, "EXPUNGE")) return Expunged{number};
  if (!equal_nocase(word, "FETCH")) return Other{};
  in.space();
  return fetched(in, number);
}

Result<Response> untagged(Scanner& in) {
  if (kDigit.has(in.peek())) return numbered(in);
  const auto word = in.atom("a response");
  if (in.failed()) return std::unexpected(in.error());
  if (const auto condition = condition_of(word)) {
    in.maybe(" ");
    return status({}, *condition, in.rest());
  }
  if (equal_nocase(word, "CAPABILITY")) return capabilities(in);
  const bool is_lsub = equal_nocase(word, "LSUB");
  if (is_lsub || equal_nocase(word, "LIST")) {
    in.space();
    return listed(in, is_lsub);
  }
  if (equal_nocase(word, "NAMESPACE")) {
    in.space();
    return namespaces(in);
  }
  return Other{};
}

// Only responses with data have literals: what looks like one at the end of a text for people is none.
bool may_have_literals(std::string_view text) {
  if (!text.starts_with("* ")) return false;
  text.remove_prefix(2);
  return !condition_of(text.substr(0, text.find_first_of(" \r\n")));
}

bool ends_nocase(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && equal_nocase(text.substr(text.size() - end.size()), end);
}

// The number in braces at the end of a line without its line end, and where the braces begin.
std::optional<std::pair<std::uint64_t, std::size_t>> announced(std::string_view line) {
  if (!line.ends_with('}')) return {};
  const auto open = line.rfind('{');
  if (open == line.npos) return {};
  auto digits = line.substr(open + 1, line.size() - open - 2);
  if (digits.ends_with('+')) digits.remove_suffix(1);
  if (digits.empty() || !kDigit.has_all(digits)) return {};
  return std::pair(parse_number(digits).value_or(UINT64_MAX), open);
}

}  // namespace

Result<Response> parse_response(std::string_view text) {
  Scanner in(text);
  if (in.maybe("+")) {
    in.maybe(" ");
    return Continuation{std::string(in.rest())};
  }
  if (in.maybe("* ")) return untagged(in);
  auto tag = in.atom("a tag");
  in.space();
  const auto condition = condition_of(in.atom("OK, NO or BAD"));
  if (in.failed() || !condition || *condition > Condition::Bad) return fail(Fault::Syntax, "expected a response");
  in.maybe(" ");
  return status(std::move(tag), *condition, in.rest());
}

Result<std::optional<Assembly::Literal>> Assembly::line(std::string_view line) {
  if (text_.size() + line.size() > kResponseBytes) return fail(Fault::Syntax, "expected a shorter response");
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  text_ += line;
  const auto found = announced(line);
  if (!found || !may_have_literals(text_)) return std::nullopt;
  if (++literals_ > kLiterals) return fail(Fault::Syntax, "expected fewer literals");

  Literal made{.size_bytes = found->first, .is_body = false};
  const auto before = std::string_view(text_).substr(0, text_.size() - (line.size() - found->second));
  made.is_body = ends_nocase(before, "BODY[] ") || ends_nocase(before, "BODY[]<0> ") || ends_nocase(before, "BODY[] ~");
  if (!made.is_body && made.size_bytes > kLiteralBytes) return fail(Fault::Syntax, "expected a shorter literal");
  if (made.is_body) text_.resize(before.size()), text_ += "{0}";
  text_ += "\r\n";
  return made;
}

}  // namespace postroad::migration::imap
