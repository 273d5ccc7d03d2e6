#include "people/imap_client.h"

#include "base/text.h"

namespace postroad::sim {
namespace {

// A value of a FETCH response: up to the next space outside parentheses, brackets and quotes.
std::string_view take_item(std::string_view& rest) {
  int depth = 0;
  bool is_quoted = false;
  std::size_t at = 0;
  for (; at < rest.size(); ++at) {
    const char c = rest[at];
    if (c == '"') is_quoted = !is_quoted;
    if (is_quoted) continue;
    if (c == '(' || c == '[') ++depth;
    if (c == ')' || c == ']') --depth;
    if (c == ' ' && depth == 0) break;
  }
  const auto item = rest.substr(0, at);
  rest.remove_prefix(std::min(rest.size(), at + 1));
  return item;
}

std::string_view inside(std::string_view item) { return item.size() < 2 ? std::string_view{} : item.substr(1, item.size() - 2); }

std::string string_value(std::string_view item, const ImapLine& line) {
  if (item.starts_with('"')) return std::string(inside(item));
  if (!item.starts_with('{')) return {};
  const auto which = parse_number(inside(item));
  return which && *which < line.literals.size() ? line.literals[*which] : std::string();
}

void take_pair(Fetched& fetched, std::string_view name, std::string_view value, const ImapLine& line) {
  if (name == "UID") fetched.uid = static_cast<std::uint32_t>(parse_number(value).value_or(0));
  if (name == "RFC822.SIZE") fetched.size = parse_number(value).value_or(0);
  if (name == "MODSEQ") fetched.modseq = parse_number(inside(value)).value_or(0);
  if (name.starts_with("BODY[")) fetched.body = string_value(value, line);
  if (name != "FLAGS") return;
  fetched.flags.emplace();
  for (const auto flag : split(inside(value), ' '))
    if (!flag.empty() && flag != "\\Recent") fetched.flags->insert(std::string(flag));
}

}  // namespace

std::optional<Fetched> read_fetch(const ImapLine& line) {
  const auto at = line.text.find(" FETCH (");
  if (at == std::string::npos || !line.text.ends_with(')')) return std::nullopt;
  Fetched fetched;
  fetched.sequence = static_cast<std::uint32_t>(parse_number(std::string_view(line.text).substr(0, at)).value_or(0));
  auto rest = std::string_view(line.text).substr(at + 8);
  rest.remove_suffix(1);
  while (!rest.empty()) {
    const auto name = take_item(rest);
    take_pair(fetched, name, take_item(rest), line);
  }
  return fetched;
}

std::uint64_t number_in(std::string_view text, std::string_view code) {
  const auto at = text.find(std::string(code) + " ");
  if (at == text.npos) return 0;
  auto digits = text.substr(at + code.size() + 1);
  digits = digits.substr(0, digits.find_first_not_of("0123456789"));
  return parse_number(digits).value_or(0);
}

std::vector<std::uint32_t> read_set(std::string_view set) {
  std::vector<std::uint32_t> numbers;
  for (const auto range : split(set, ',')) {
    const auto colon = range.find(':');
    const auto first = parse_number(range.substr(0, colon), UINT32_MAX).value_or(0);
    const auto last = colon == range.npos ? first : parse_number(range.substr(colon + 1), UINT32_MAX).value_or(0);
    for (auto n = first; n <= last && numbers.size() < 10'000; ++n) numbers.push_back(static_cast<std::uint32_t>(n));
  }
  return numbers;
}

io::Task<void> ImapClient::open(const std::string& from_host, const std::string& cluster) {
  co_await client_.open(from_host, {cluster, 993}, true);
  co_await client_.line();
}

io::Task<bool> ImapClient::login(const Person& person) {
  person.mailbox->signed_in_imap.begin();
  co_return (co_await command("LOGIN " + person.address + " " + person.password)).is_ok();
}

io::Task<ImapLine> ImapClient::line() {
  ImapLine line;
  for (;;) {
    line.text += co_await client_.line();
    const auto open = line.text.rfind('{');
    if (!line.text.ends_with('}') || open == std::string::npos) co_return line;
    const auto size = parse_number(std::string_view(line.text).substr(open + 1, line.text.size() - open - 2));
    if (!size) co_return line;
    line.text.resize(open);
    line.text += "{" + std::to_string(line.literals.size()) + "}";
    line.literals.push_back(co_await client_.exactly(*size));
  }
}

io::Task<ImapReply> ImapClient::finish() {
  const auto tag = "A" + std::to_string(tag_) + " ";
  ImapReply reply;
  for (;;) {
    auto got = co_await line();
    if (got.text.starts_with(tag)) {
      const auto rest = std::string_view(got.text).substr(tag.size());
      const auto space = rest.find(' ');
      reply.status = std::string(rest.substr(0, space));
      reply.text = space == rest.npos ? std::string() : std::string(rest.substr(space + 1));
      co_return reply;
    }
    if (!got.text.starts_with("* ")) continue;
    got.text.erase(0, 2);
    reply.untagged.push_back(std::move(got));
  }
}

io::Task<ImapReply> ImapClient::command(std::string words) {
  co_await client_.send(next_tag() + " " + words + "\r\n");
  co_return co_await finish();
}

io::Task<ImapReply> ImapClient::append(std::string folder, std::string message, bool waits) {
  const auto size = std::to_string(message.size());
  co_await client_.send(next_tag() + " APPEND " + folder + " {" + size + (waits ? "}" : "+}") + "\r\n");
  if (waits) {
    auto first = co_await client_.line();
    if (!first.starts_with("+")) co_return ImapReply{"NO", first, {}};
  }
  co_await client_.send(message + "\r\n");
  co_return co_await finish();
}

}  // namespace postroad::sim
