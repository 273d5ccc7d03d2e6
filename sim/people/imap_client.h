#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "people/line_client.h"

namespace postroad::sim {

// One response line with its literals taken out: {0}, {1}, ... stand where they were.
struct ImapLine {
  std::string text;
  std::vector<std::string> literals;
};

struct ImapReply {
  std::string status;  // OK, NO, BAD
  std::string text;    // behind it
  std::vector<ImapLine> untagged;  // without "* "
  bool is_ok() const { return status == "OK"; }
};

// What a FETCH response says of one message.
struct Fetched {
  std::uint32_t sequence = 0;
  std::uint32_t uid = 0;
  std::optional<std::set<std::string>> flags;  // without \Recent
  std::uint64_t modseq = 0;
  std::uint64_t size = 0;
  std::string body;  // of the one section asked for
};
// Nothing where the line is no FETCH response.
std::optional<Fetched> read_fetch(const ImapLine& line);

// The number behind a response code's name: number_in("[UIDNEXT 5] next", "UIDNEXT") is 5; 0 where there is none.
std::uint64_t number_in(std::string_view text, std::string_view code);
// "2,4:6" as numbers; at most 10,000.
std::vector<std::uint32_t> read_set(std::string_view set);

class ImapClient {
 public:
  explicit ImapClient(Scene& scene) : client_(scene) {}

  io::Task<void> open(const std::string& from_host, const std::string& cluster);
  io::Task<bool> login(const Person& person);
  io::Task<ImapReply> command(std::string words);
  io::Task<ImapReply> append(std::string folder, std::string message, bool waits);
  // For IDLE: sends without waiting, and takes one line of the server.
  io::Task<void> send(std::string words) { return client_.send(std::move(words)); }
  io::Task<ImapLine> line();
  io::Task<ImapReply> finish();  // up to the last command's tagged reply
  std::string next_tag() { return "A" + std::to_string(++tag_); }

  void close() { client_.close(); }
  io::Task<void> over() { return client_.over(); }

 private:
  LineClient client_;
  std::uint64_t tag_ = 0;
};

}  // namespace postroad::sim
