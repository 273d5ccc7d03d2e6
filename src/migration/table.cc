#include "migration/table.h"

#include <algorithm>

#include "base/text.h"

namespace postroad::migration {
namespace {

std::unexpected<Error> bad_line(std::size_t line, std::string_view what) {
  return fail(Fault::Syntax, "line " + std::to_string(line) + ": " + std::string(what));
}

// One record after another.  rfc4180 2
class Records {
 public:
  explicit Records(std::string_view text) : text_(text.starts_with("\xef\xbb\xbf") ? text.substr(3) : text) {}

  bool at_end() const { return at_ >= text_.size(); }
  std::size_t line() const { return line_; }
  Result<std::vector<std::string>> next() {
    std::vector<std::string> fields;
    for (;;) {
      TRY(auto field, peek() == '"' ? quoted() : Result<std::string>(plain()));
      if (field.size() > kFieldBytes) return bad_line(line_, "a field is too long");
      fields.push_back(std::move(field));
      if (peek() != ',') break;
      ++at_;
    }
    if (peek() == '\r') ++at_;
    if (!at_end() && peek() != '\n') return bad_line(line_, "expected a comma or the line's end");
    ++at_;
    ++line_;
    return fields;
  }

 private:
  char peek() const { return at_end() ? '\0' : text_[at_]; }
  std::string plain() {
    const auto from = at_;
    at_ = std::min(text_.find_first_of(",\r\n", at_), text_.size());
    return std::string(text_.substr(from, at_ - from));
  }
  Result<std::string> quoted() {
    std::string made;
    for (++at_; !at_end(); ++at_) {
      if (text_[at_] == '"' && (++at_ >= text_.size() || text_[at_] != '"')) return made;
      if (text_[at_] == '\n') ++line_;
      made += text_[at_];
    }
    return bad_line(line_, "a quote is not closed");
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

std::vector<std::string> parts(std::string_view text) {
  std::vector<std::string> made;
  for (const auto part : split(text, ';'))
    if (!trim(part).empty()) made.emplace_back(trim(part));
  return made;
}

Result<bool> yes_or_no(std::string_view text, std::size_t line) {
  if (text.empty() || text == "no") return false;
  if (text == "yes") return true;
  return bad_line(line, "expected yes or no");
}

Result<> set(TableRow& row, std::string_view column, std::string field) {
  if (column == "local") row.local = std::move(field);
  if (column == "server") row.server = std::move(field);
  if (column == "method") row.method = std::move(field);
  if (column == "remote") row.remote = std::move(field);
  if (column == "password") row.password = std::move(field);
  if (column == "skip") row.skip = parts(field);
  if (column == "any_certificate" || column == "plaintext") {
    TRY(const bool is_wanted, yes_or_no(field, row.line));
    (column == "plaintext" ? row.allow_plaintext : row.accept_any_certificate) = is_wanted;
  }
  if (column != "translate") return {};
  for (const auto& part : parts(field)) {
    const auto equals = part.find('=');
    if (equals == part.npos) return bad_line(row.line, "translate: expected FROM=TO");
    row.translate[std::string(trim(part.substr(0, equals)))] = trim(part.substr(equals + 1));
  }
  return {};
}

constexpr std::string_view kColumns[] = {"local", "server", "remote", "password", "method", "skip", "translate", "any_certificate", "plaintext"};
constexpr std::size_t kNeeded = 4;  // the first of them

Result<std::vector<std::string>> columns_of(Records& records) {
  TRY(auto columns, records.next());
  for (auto& each : columns) {
    each = lower(trim(each));
    if (std::ranges::find(kColumns, each) == std::end(kColumns)) return bad_line(1, "there is no column " + each.substr(0, 40));
    if (std::ranges::count(columns, each) > 1) return bad_line(1, "the column " + each + " is there twice");
  }
  for (std::size_t at = 0; at < kNeeded; ++at)
    if (std::ranges::find(columns, kColumns[at]) == columns.end()) return bad_line(1, "the column " + std::string(kColumns[at]) + " is missing");
  return columns;
}

}  // namespace

Result<std::vector<TableRow>> parse_table(std::string_view text) {
  Records records(text);
  TRY(const auto columns, columns_of(records));
  std::vector<TableRow> rows;
  while (!records.at_end()) {
    TableRow row;
    row.line = records.line();
    TRY(auto fields, records.next());
    if (fields.size() == 1 && trim(fields[0]).empty()) continue;
    if (fields.size() != columns.size())
      return bad_line(row.line, "expected " + std::to_string(columns.size()) + " fields, there are " + std::to_string(fields.size()));
    if (rows.size() == kTableRows) return bad_line(row.line, "more than " + std::to_string(kTableRows) + " rows");
    for (std::size_t at = 0; at < columns.size(); ++at) TRY_OK(set(row, columns[at], std::move(fields[at])));
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace postroad::migration
