#include "control/token_rows.h"

#include "control/rows.h"

namespace postroad::control {
namespace {

Result<std::optional<TokenRow>> find(sql::Connection& connection, std::string_view column, std::string_view value) {
  TRY(const auto rows, connection.run("SELECT id, holder, kind, hash, role, object, reason, made_by, parent, created_at, expires_at, used_at FROM tokens WHERE " +
                                      std::string(column) + " = $1", {value}));
  if (rows.empty()) return std::nullopt;
  const auto& row = rows.front();
  return TokenRow{.id = row[0].text(), .holder = row[1].text(), .kind = static_cast<TokenKind>(row[2].number()), .hash = row[3].text(), .role = row[4].text(),
                  .object = row[5].text(), .reason = row[6].text(), .made_by = row[7].text(), .parent = row[8].text(),
                  .created_at = to_time(row[9].number()), .expires_at = to_time(row[10].number()), .used_at = to_time(row[11].number())};
}

}  // namespace

Result<std::optional<TokenRow>> token_by_id(sql::Connection& connection, std::string_view id) { return find(connection, "id", id); }
Result<std::optional<TokenRow>> token_by_hash(sql::Connection& connection, std::string_view hash) { return find(connection, "hash", hash); }

}  // namespace postroad::control
