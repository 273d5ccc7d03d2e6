#include "people/app_client.h"

#include <cstdlib>

#include "base/text.h"

namespace postroad::sim {
namespace {

// "a ""b""" from the opening quote on; moves behind the closing one.
std::string take_quoted(std::string_view& rest) {
  std::string value;
  rest.remove_prefix(1);
  while (!rest.empty()) {
    const char c = rest.front();
    rest.remove_prefix(1);
    if (c != '"') {
      value += c;
      continue;
    }
    if (!rest.starts_with('"')) return value;
    value += '"';
    rest.remove_prefix(1);
  }
  return value;
}

std::map<std::string, std::string> read_record(std::string_view line) {
  std::map<std::string, std::string> record;
  for (;;) {
    const auto at = line.find("=\"");
    if (at == line.npos) return record;
    const std::string key(trim(line.substr(0, at)));
    line.remove_prefix(at + 1);
    record[key] = take_quoted(line);
  }
}

std::vector<std::string> read_row(std::string_view line) {
  std::vector<std::string> row;
  while (line.starts_with('"')) {
    row.push_back(take_quoted(line));
    if (line.starts_with(',')) line.remove_prefix(1);
  }
  return row;
}

}  // namespace

AppReply read_app_reply(std::string_view message) {
  AppReply reply;
  bool is_first = true;
  for (const auto raw : split(message, '\n')) {
    const auto line = trim(raw);
    if (line.empty()) continue;
    if (is_first) {
      is_first = false;
      reply.is_ok = line.starts_with("OK 0");
      reply.text = std::string(line);
      if (line.starts_with("ER ")) reply.number = std::atoi(std::string(line.substr(3, 6)).c_str());
      continue;
    }
    if (line.starts_with('"')) reply.rows.push_back(read_row(line));
    else reply.record.merge(read_record(line));
  }
  return reply;
}

io::Task<AppReply> AppClient::reply() {
  std::string message;
  for (;;) {
    const auto line = co_await client_.line();
    if (line == ".") co_return read_app_reply(message);
    message += line + "\n";
  }
}

io::Task<bool> AppClient::open(const std::string& from_host, const std::string& control, std::string user,
                               std::string domain, std::string password) {
  co_await client_.open(from_host, {control, 4449}, true);
  co_await reply();
  co_await ask("VER", {{"ver", "3.5"}});
  const auto answer = co_await ask("LOGIN", {{"user", user}, {"domain", domain}, {"password", password}});
  co_return answer.is_ok;
}

io::Task<AppReply> AppClient::ask(std::string command, AppAttributes attributes) {
  std::string request = std::move(command);
  for (const auto& [name, value] : attributes) request += " " + name + "=\"" + value + "\"";
  co_await client_.send(request + "\r\n.\r\n");
  co_return co_await reply();
}

}  // namespace postroad::sim
