#include "control/bulk_records.h"

namespace postroad::control {
namespace {

std::unexpected<Error> bad(std::uint64_t line, std::string_view what) { return fail(Fault::Syntax, "line " + std::to_string(line) + ": " + std::string(what)); }

// One record from the text's beginning.  rfc4180 2
class Reader {
 public:
  Reader(std::string_view text, std::uint64_t line, bool is_last) : text_(text), line_(line), is_last_(is_last) { made_.line = line; }

  // Nothing: it goes on behind the text.
  Result<std::optional<Record>> read() {
    for (;;) {
      if (!at_end() && text_[at_] == '"') TRY_OK(quoted());
      else plain();
      if (at_ > kRecordBytes) return bad(made_.line, "a row is longer than " + std::to_string(kRecordBytes) + " bytes, or a quote is never closed");
      if (at_end()) {
        if (!is_last_) return std::nullopt;
        return std::move(made_);
      }
      if (text_[at_++] == ',') continue;
      ++line_;  // a line's end
      return std::move(made_);
    }
  }
  std::size_t taken() const { return at_; }
  std::uint64_t line() const { return line_; }

 private:
  bool at_end() const { return at_ >= text_.size(); }
  void wrong(std::string_view what) {
    if (made_.problem.empty()) made_.problem = what;
  }

  void plain() {
    const auto from = at_;
    at_ = std::min(text_.find_first_of(",\n", at_), text_.size());
    auto field = text_.substr(from, at_ - from);
    if (at_end() ? is_last_ : text_[at_] == '\n')
      if (field.ends_with('\r')) field.remove_suffix(1);
    if (field.contains('"')) wrong("a quote within a field that does not begin with one");
    if (field.contains('\r')) wrong("a carriage return without a line feed");
    made_.fields.emplace_back(field);
  }

  Result<> quoted() {
    std::string field;
    for (++at_; !at_end(); ++at_) {
      if (text_[at_] == '\n') ++line_;
      if (text_[at_] != '"') {
        field += text_[at_];
        continue;
      }
      if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
        field += text_[++at_];
        continue;
      }
      ++at_;
      after_quote();
      made_.fields.push_back(std::move(field));
      return {};
    }
    if (is_last_) return bad(made_.line, "a quote is not closed");
    return {};
  }

  // What follows a closing quote is a comma or the line's end.
  void after_quote() {
    const auto from = at_;
    at_ = std::min(text_.find_first_of(",\n", at_), text_.size());
    const auto rest = text_.substr(from, at_ - from);
    if (!rest.empty() && rest != "\r") wrong("something behind a closing quote");
  }

  std::string_view text_;
  std::uint64_t line_;
  const bool is_last_;
  std::size_t at_ = 0;
  Record made_;
};

bool is_empty(const Record& record) { return record.fields.size() == 1 && record.fields[0].empty() && record.problem.empty(); }

}  // namespace

Result<Records> split_csv(std::string_view text, std::uint64_t line, bool is_last) {
  Records made{.rows = {}, .taken = 0, .line = line};
  while (made.taken < text.size()) {
    Reader reader(text.substr(made.taken), made.line, is_last);
    TRY(auto record, reader.read());
    if (!record) return made;
    made.taken += reader.taken();
    made.line = reader.line();
    if (!is_empty(*record)) made.rows.push_back(std::move(*record));
  }
  return made;
}

Result<Records> split_lines(std::string_view text, std::uint64_t line, bool is_last) {
  Records made{.rows = {}, .taken = 0, .line = line};
  while (made.taken < text.size()) {
    const auto end = text.find('\n', made.taken);
    const auto size = (end == text.npos ? text.size() : end) - made.taken;
    if (size > kRecordBytes) return bad(made.line, "a row is longer than " + std::to_string(kRecordBytes) + " bytes");
    if (end == text.npos && !is_last) return made;
    auto row = text.substr(made.taken, size);
    if (row.ends_with('\r')) row.remove_suffix(1);
    if (row.find_first_not_of(" \t") != row.npos) made.rows.push_back({made.line, {std::string(row)}, {}});
    made.taken = end == text.npos ? text.size() : end + 1;
    ++made.line;
  }
  return made;
}

std::string csv_field(std::string_view text) {
  constexpr std::string_view kFormula = "=+-@\t\r";
  std::string field(text);
  if (!text.empty() && kFormula.contains(text.front())) field.insert(0, "'");
  if (field.find_first_of(",\"\r\n") == field.npos) return field;
  std::string made = "\"";
  for (const char c : field) made.append(c == '"' ? 2 : 1, c);
  return made + "\"";
}

}  // namespace postroad::control
