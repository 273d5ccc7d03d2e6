#include "status/archive.h"

#include <algorithm>

#include "base/text.h"
#include "sql/migrations.h"

namespace postroad::status {
namespace {

constexpr sql::Migration kMigrations[] = {{1, R"sql(
CREATE TABLE incident (
  number BIGINT PRIMARY KEY,
  title TEXT NOT NULL,
  components TEXT NOT NULL,
  opened_at BIGINT NOT NULL
);
CREATE TABLE incident_update (
  incident BIGINT NOT NULL REFERENCES incident (number),
  no BIGINT NOT NULL,
  at BIGINT NOT NULL,
  state TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (incident, no)
);
CREATE TABLE memory (name TEXT PRIMARY KEY, value TEXT NOT NULL);
)sql"}};

std::int64_t micros(Time at) { return at.time_since_epoch().count(); }

std::string components_text(std::vector<Component> components) {
  std::ranges::sort(components);
  std::string made;
  for (const auto& component : components) made += (made.empty() ? "" : " ") + component.id();
  return made;
}

std::vector<Component> parse_components(std::string_view text) {
  std::vector<Component> made;
  for (const auto id : split(text, ' ')) {
    const auto dash = id.rfind('-');
    if (dash == id.npos) continue;
    for (const auto service : kServices)
      if (const Component component{std::string(id.substr(0, dash)), service}; component.id() == id) made.push_back(component);
  }
  return made;
}

}  // namespace

Archive::Archive(std::unique_ptr<sql::Database> database, std::unique_ptr<sql::Connection> connection)
    : database_(std::move(database)), connection_(std::move(connection)) {}

Result<std::unique_ptr<Archive>> Archive::open(std::unique_ptr<sql::Database> database) {
  TRY(auto connection, database->connect(sql::Access::Write));
  TRY_OK(sql::migrate(*connection, kMigrations));
  return std::unique_ptr<Archive>(new Archive(std::move(database), std::move(connection)));
}

Result<Incident> Archive::load(std::int64_t number) {
  TRY(const auto rows, connection_->run("SELECT title, components FROM incident WHERE number = $1", {number}));
  if (rows.empty()) return fail(Fault::NotFound, "there is no incident " + std::to_string(number));
  Incident made{number, rows[0][0].text(), parse_components(rows[0][1].text()), {}};
  TRY(const auto updates, connection_->run("SELECT no, at, state, body FROM incident_update WHERE incident = $1 ORDER BY no", {number}));
  for (const auto& row : updates)
    made.updates.push_back({static_cast<int>(row[0].number()), Time(Time::duration(row[1].number())),
                            parse_state(row[2].text()).value_or(State::Degraded), row[3].text()});
  if (made.updates.empty()) return fail(Fault::Broken, "incident " + std::to_string(number) + " has no update");
  return made;
}

Result<std::int64_t> Archive::add_in_transaction(const Post& post, Time now) {
  auto number = post.incident.value_or(0);
  int no = 1;
  if (post.incident) {
    TRY(const auto incident, load(number));
    if (!incident.is_open()) return fail(Fault::Conflict, "incident " + std::to_string(number) + " is closed; open a new one that refers to it");
    no = incident.updates.back().no + 1;
  } else {
    TRY(const auto rows, connection_->run("SELECT COALESCE(MAX(number), 0) FROM incident"));
    number = rows[0][0].number() + 1;
    const auto components = components_text(post.components);
    TRY_OK(connection_->run("INSERT INTO incident (number, title, components, opened_at) VALUES ($1, $2, $3, $4)",
                            {number, post.title, components, micros(now)}));
  }
  TRY_OK(connection_->run("INSERT INTO incident_update (incident, no, at, state, body) VALUES ($1, $2, $3, $4, $5)",
                          {number, no, micros(now), statuspage_text(post.state), post.text}));
  return number;
}

Result<Incident> Archive::add(const Post& post, Time now) {
  TRY_OK(check_post(post));
  TRY_OK(connection_->begin());
  const auto number = add_in_transaction(post, now);
  if (!number) {
    connection_->rollback();
    return std::unexpected(number.error());
  }
  TRY_OK(connection_->commit());
  return load(*number);
}

Result<std::vector<Incident>> Archive::incidents(std::size_t most) {
  TRY(const auto rows, connection_->run("SELECT number FROM incident ORDER BY number DESC LIMIT $1", {most}));
  std::vector<Incident> all;
  for (const auto& row : rows) {
    TRY(auto incident, load(row[0].number()));
    all.push_back(std::move(incident));
  }
  return all;
}

Result<std::string> Archive::remembered(const std::string& name) {
  TRY(const auto rows, connection_->run("SELECT value FROM memory WHERE name = $1", {name}));
  return rows.empty() ? std::string() : rows[0][0].text();
}

Result<> Archive::remember(const std::string& name, const std::string& value) {
  TRY_OK(connection_->run("INSERT INTO memory (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = $2", {name, value}));
  return {};
}

}  // namespace postroad::status
