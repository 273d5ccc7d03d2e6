#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace postroad::app {

// The dialects of lists; all else is the same.
enum class Version { V3_3, V3_4, V3_5 };

using Record = std::vector<std::pair<std::string, std::string>>;  // keys in upper case

struct Table {
  std::vector<std::string> columns;  // in upper case
  std::vector<std::vector<std::string>> rows;
};

// Whole replies, with the end line. No line of a reply ends in a full stop but the last, since clients split there.
std::string ok_reply(std::string_view text);
std::string error_reply(int number, std::string_view text);  // number > 0; a text is made up where there is none
std::string record_reply(const Record& record);
std::string table_reply(const Table& table, Version version);

// The same in pieces: a head, rows any number of times, the end.
std::string table_head(const std::vector<std::string>& columns, Version version);
std::string table_rows(const std::vector<std::vector<std::string>>& rows, Version version);
inline constexpr std::string_view kEnd = "\r\n.\r\n";

inline constexpr std::size_t kErrorTextBytes = 400;  // what is longer is cut

}  // namespace postroad::app
