#include "control/bulk_print.h"

#include "control/rows.h"
#include "sasl/digest.h"

namespace postroad::control {
namespace {

// Of what belongs to a user or a domain: how many there are, and the first and last of them.
constexpr std::string_view kBelongings =
    "SELECT (SELECT changed_at FROM credentials WHERE id = $1), (SELECT mail FROM settings WHERE id = $1), (SELECT own FROM settings WHERE id = $1), "
    "(SELECT count(*) FROM users WHERE alias_of = $1 AND alias_of <> ''), (SELECT max(id) FROM users WHERE alias_of = $1 AND alias_of <> ''), "
    "(SELECT min(id) FROM users WHERE alias_of = $1 AND alias_of <> ''), "
    "(SELECT count(*) FROM roles WHERE holder = $1), (SELECT max(id) FROM roles WHERE holder = $1), (SELECT min(id) FROM roles WHERE holder = $1), "
    "(SELECT count(*) FROM mailbox_offerings WHERE mailbox = $1), (SELECT max(id) FROM mailbox_offerings WHERE mailbox = $1), "
    "(SELECT min(id) FROM mailbox_offerings WHERE mailbox = $1), "
    "(SELECT max(id) FROM app_passwords WHERE holder = $1), (SELECT max(changed_at) FROM sieve_scripts WHERE owner = $1)";

void append(std::string& text, const sql::Row& row) {
  for (const auto& value : row) text += (value.is_null() ? "-" : value.is_text() ? "'" + value.text() : std::to_string(value.number())) + '\n';
}

}  // namespace

Result<std::string> print_of(sql::Connection& connection, std::string_view id) {
  static const auto kUser = kUsers.select("id = $1");
  static const auto kDomain = kDomains.select("id = $1");
  TRY(const auto rows, connection.run(id.starts_with('d') ? kDomain : kUser, {id}));
  if (rows.empty()) return std::string{};
  TRY(const auto belongings, sql::run_one(connection, kBelongings, {id}));
  std::string text;
  append(text, rows[0]);
  append(text, belongings);
  return sasl::sha256_hash(text).substr(8, 22);
}

}  // namespace postroad::control
