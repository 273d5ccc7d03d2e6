#include "control/retry.h"

#include "base/mutant.h"
#include "control/deletion.h"
#include "control/errors.h"
#include "control/rows.h"
#include "feed/change.h"

namespace postroad::control {
namespace {

using sql::Connection;

constexpr std::int64_t kKept = 20'000;

std::unexpected<Error> has_changed() { return fail(Fault::Conflict, "what the change is about has changed since; ask for it anew"); }

// What the change refers to and does not make must be there.
Result<> check_there(Connection& connection, std::string_view object) {
  constexpr std::pair<std::string_view, std::string_view> kRows[] = {
      {"company/", "SELECT 1 FROM companies WHERE id = $1"},
      {"domain/", "SELECT 1 FROM domains WHERE id = $1"},
      {"workgroup/", "SELECT 1 FROM workgroups WHERE id = $1"},
      {"user/", "SELECT 1 FROM users WHERE id = $1"},
  };
  for (const auto& [prefix, statement] : kRows) {
    if (!object.starts_with(prefix)) continue;
    TRY(const auto rows, connection.run(statement, {object.substr(prefix.size())}));
    if (rows.empty()) return has_changed();
  }
  return {};
}

// Rows that name what ends: those that are there when all else is done came after, and would be left behind.
struct Reference {
  std::string_view ended;
  std::string_view table;
  std::string_view column;
};
constexpr Reference kReferences[] = {
    {"users", "users", "alias_of"},     {"users", "roles", "holder"},       {"users", "app_passwords", "holder"}, {"users", "mailbox_offerings", "mailbox"},
    {"users", "domains", "catch_all"},  {"domains", "users", "domain"},     {"domains", "workgroups", "domain"},  {"domains", "domains", "alias_of"},
    {"workgroups", "users", "workgroup"},
};
Result<> check_nothing_left(Connection& connection, const std::vector<Image>& after) {
  for (const auto& image : after) {
    if (!image.row.empty()) continue;
    for (const auto& [ended, table, column] : kReferences) {
      if (ended != image.table) continue;
      TRY(const auto rows, connection.run("SELECT 1 FROM " + std::string(table) + " WHERE " + std::string(column) + " = $1 LIMIT 1", {image.key}));
      if (!rows.empty()) return has_changed();
    }
  }
  return {};
}

// A name that was free may be another's by now.
Result<> put_anew(Draft& draft, const Table& table, const Image& image) {
  auto done = put_image(draft, table, image);
  if (!done && done.error().fault == Fault::Conflict) return has_changed();
  return done;
}

}  // namespace

Result<> keep_undone(Connection& connection, std::int64_t seq, const std::vector<Image>& before) {
  std::vector<Image> after;
  for (const auto& image : before) {
    TRY(const auto* const table, table_named(image.table));
    TRY(auto now, read_image(connection, *table, image.key));
    after.push_back(std::move(now));
  }
  TRY(const auto objects, connection.run("SELECT object, is_write FROM pending WHERE change = $1 ORDER BY object", {seq}));
  std::string names;
  for (const auto& row : objects) names += (row[1].number() != 0 ? "w" : "r") + row[0].text() + "\n";
  TRY(const auto counted, sql::run_one(connection, "UPDATE counters SET value = value + 1 WHERE name = 'undone' RETURNING value"));
  TRY_OK(connection.run("INSERT INTO undone (number, seq, payload, before, after, objects) SELECT $1, seq, payload, $2, $3, $4 FROM queue WHERE seq = $5",
                        {counted[0].number(), encode(before), encode(after), names, seq}));
  TRY_OK(connection.run("DELETE FROM undone WHERE number <= $1", {counted[0].number() - kKept}));
  return {};
}

Result<> retry_change(Draft& draft, const std::string& id) {
  auto& connection = draft.sql;
  TRY(const auto rows, connection.run("SELECT u.payload, u.before, u.after, u.objects, c.kind, c.subject, c.cluster, c.company, c.domain, u.number "
                                      "FROM changes c JOIN undone u ON u.seq = c.seq WHERE c.id = $1", {id}));
  if (rows.empty()) return fail(Fault::NotFound, "there is no such change that was refused or cancelled lately", std::string(code::kNoChange));
  const auto& row = rows[0];
  TRY(const auto before, decode_images(row[1].text()));
  TRY(const auto after, decode_images(row[2].text()));
  for (std::size_t at = 0; at < before.size(); ++at) {
    TRY(const auto* const table, table_named(before[at].table));
    TRY(const auto now, read_image(connection, *table, before[at].key));
    if (now.row != before[at].row) return has_changed();
    if (after[at].row.empty()) TRY_OK(draft.erase(*table, after[at].key));
    else TRY_OK(put_anew(draft, *table, after[at]));
  }
  if (!POSTROAD_MUTANT(retry_leaves_alias)) TRY_OK(check_nothing_left(connection, after));
  NewChange change{.kind = row[4].text(), .subject = row[5].text(), .cluster = row[6].text(), .company = row[7].text(), .domain = row[8].text(),
                   .writes = {}, .refers = {}, .is_end = row[4].text().ends_with(".delete")};
  const auto names = row[3].text();
  for (std::size_t from = 0; from < names.size();) {
    const auto end = names.find('\n', from);
    const auto object = names.substr(from + 1, end - from - 1);
    (names[from] == 'w' ? change.writes : change.refers).push_back(object);
    if (names[from] == 'r') TRY_OK(check_there(connection, object));
    from = end + 1;
  }
  TRY_OK(connection.run("DELETE FROM undone WHERE number = $1", {row[9].number()}));
  if (row[0].text().empty()) return draft.record(std::move(change));
  TRY(const auto payload, feed::decode_payload(row[0].text()));
  return draft.record(std::move(change), payload);
}

}  // namespace postroad::control
