#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "mailbox/flags.h"

// What a foreign IMAP server says, as far as a migration needs it. Lenient where servers differ, and never trusting:
// rfc3501 7.
namespace postroad::migration::imap {

enum class Condition { Ok, No, Bad, Bye, Preauth };

// rfc3501 7.1
struct Status {
  std::string tag;  // empty: untagged
  Condition condition = Condition::Ok;
  std::string code;      // upper case, `UIDVALIDITY`; empty where there is none
  std::string argument;  // of the code, as it came
  std::string text;      // as it came
};
struct Continuation {
  std::string text;
};
struct Capabilities {
  std::vector<std::string> names;  // upper case
};
// LIST and LSUB: rfc3501 7.2.2, 7.2.3
struct Listed {
  bool is_lsub = false;
  std::vector<std::string> attributes;  // `\Noselect`, as they came
  char delimiter = 0;                   // 0: none
  std::string name;                     // as it came, modified UTF-7 or not
};
struct Namespace {
  std::string prefix;
  char delimiter = 0;
};
// rfc2342 5
struct Namespaces {
  std::vector<Namespace> personal;
  std::vector<Namespace> others;
  std::vector<Namespace> shared;
};
struct Exists {
  std::uint32_t messages = 0;
};
struct Expunged {
  std::uint32_t number = 0;
};
// rfc3501 7.4.2. What is absent was not told, or could not be read.
struct Fetched {
  std::uint32_t number = 0;
  std::optional<std::uint32_t> uid;
  std::optional<std::uint64_t> size_bytes;
  std::optional<mailbox::Flags> flags;
  std::optional<Time> internal_date;
  std::optional<std::string> header;  // BODY[HEADER...]
  bool has_body = false;              // BODY[] was a literal, which stands elsewhere
  std::optional<std::string> body;    // BODY[] as a quoted string
};
struct Other {};

using Response =
    std::variant<Other, Status, Continuation, Capabilities, Listed, Namespaces, Exists, Expunged, Fetched>;

// A whole response without its last line end; a literal stands in it as {5}CRLF and five bytes, but of a message's literal
// nothing is there but {0}CRLF. Syntax where it is none.
Result<Response> parse_response(std::string_view text);

// Puts a response together from lines and literals, without reading any.
class Assembly {
 public:
  struct Literal {
    std::uint64_t size_bytes = 0;  // as announced, whatever it is; UINT64_MAX where it is more than that
    bool is_body = false;          // a whole message: the caller keeps it, and passes nothing to literal()
  };
  // The next line, with its line end. What it returns comes next, and then another line; nothing: the response is
  // complete. Syntax beyond the limits.
  Result<std::optional<Literal>> line(std::string_view line);
  // The bytes of a literal that is no message's.
  void literal(std::string_view bytes) { text_ += bytes; }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  int literals_ = 0;
};

}  // namespace postroad::migration::imap
