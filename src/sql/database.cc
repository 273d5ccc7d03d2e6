#include "sql/database.h"

#include "base/text.h"

namespace postroad::sql {

// What PostgreSQL can't keep as TEXT, SQLite shall not keep either.
Result<> Connection::check_texts(std::span<const Argument> arguments) {
  for (const auto& argument : arguments)
    if (const auto* text = argument.text(); text != nullptr && (text->contains('\0') || !is_utf8(*text)))
      return fail(Fault::Refused, "a text is not UTF-8, or holds the character NUL", "BAD_TEXT");
  return {};
}

}  // namespace postroad::sql
