#include "imap/append.h"

namespace postroad::imap {

// APPEND: rfc3501 9 "append", rfc7888 8.
Result<Append> parse_append(Scanner in) {
  Append append;
  in.space();
  append.name = in.mailbox();
  in.space();
  if (in.peek() == '(') {
    append.flags = in.flag_list();
    in.space();
  }
  if (in.peek() == '"') {
    append.internal_date = in.date_time();
    in.space();
  }
  const auto message = literal_of(in.rest());
  if (in.peek() != '{' || !message) in.fail("the message as a literal");
  if (!in.failed()) append.message = *message;
  in.expect("{");
  in.run(kDigit, 1, "the message's size");
  in.maybe("+");
  in.expect("}");
  if (!in.maybe("\r\n")) in.maybe("\n");
  in.end();
  return in.result(std::move(append));
}

}  // namespace postroad::imap
