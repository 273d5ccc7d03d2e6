#include "people/operator_client.h"

namespace postroad::sim {
namespace {
namespace json = boost::json;
constexpr std::uint16_t kPort = 4600;
constexpr std::uint64_t kListed = 1000;

std::vector<ListedChange> changes_in(const json::object& answer) {
  std::vector<ListedChange> made;
  for (const auto& each : list_in(answer, "changes"))
    made.push_back({text_in(each, "id"), text_in(each, "kind"), text_in(each, "subject"), text_in(each, "actor"), text_in(each, "state"),
                    number_in(each, "position")});
  return made;
}
}  // namespace

std::string text_in(const json::object& object, std::string_view name) {
  const auto* const value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string{};
}

std::uint64_t number_in(const json::object& object, std::string_view name) {
  const auto* const value = object.if_contains(name);
  boost::system::error_code failed;
  const auto number = value != nullptr ? value->to_number<std::uint64_t>(failed) : 0;
  return failed ? 0 : number;
}

bool flag_in(const json::object& object, std::string_view name) {
  const auto* const value = object.if_contains(name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

std::vector<json::object> list_in(const json::object& object, std::string_view name) {
  std::vector<json::object> made;
  const auto* const value = object.if_contains(name);
  if (value == nullptr || !value->is_array()) return made;
  for (const auto& each : value->get_array())
    if (each.is_object()) made.push_back(each.get_object());
  return made;
}

io::Task<void> OperatorClient::open(std::string from_host, std::string control) {
  co_await client_.open(from_host, {control, kPort}, false);
}

io::Task<json::object> OperatorClient::ask(json::object request) {
  const auto line = co_await client_.ask(json::serialize(request));
  boost::system::error_code failed;
  const auto answer = json::parse(line, failed);
  if (failed || !answer.is_object()) co_return json::object{{"error", "no answer: " + line}};
  co_return answer.get_object();
}

// What is settled in between is in both; what is accepted in between, in neither.
io::Task<std::vector<ListedChange>> OperatorClient::changes_of(std::string domain, std::uint64_t most_settled) {
  auto made = changes_in(co_await ask({{"command", "list"}, {"domain", domain}, {"most", kListed}}));
  const auto settled = changes_in(co_await ask({{"command", "history"}, {"domain", domain}, {"most", most_settled}}));
  made.insert(made.end(), settled.begin(), settled.end());
  co_return made;
}

}  // namespace postroad::sim
