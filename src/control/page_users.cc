#include "control/page_users.h"

#include <map>
#include <tuple>

#include "base/text.h"
#include "control/rows.h"
#include "feed/settings.h"

namespace postroad::control {
namespace {

using sql::Connection;
using Words = std::vector<std::string>;

struct Figures {
  UserStatus status = UserStatus::Active;
  std::int64_t last_login = 0;
};

class Page {
 public:
  explicit Page(Connection& connection) : connection_(connection) {}

  Result<> read(const std::vector<UserKey>& keys) {
    std::map<std::pair<std::string, std::string>, Words> asked;
    for (const auto& key : keys) asked[{key.domain, key.column}].push_back(key.value);
    Words ids;
    Words targets;
    for (const auto& [place, values] : asked) {
      TRY(auto users, users_by(connection_, place.first, place.second, values));
      for (auto& user : users) {
        ids.push_back(user.id);
        if (!user.alias_of.empty()) targets.push_back(user.alias_of);
        auto value = place.second == "id" ? user.id : lower(user.local);
        users_[{place.first, place.second, std::move(value)}] = std::move(user);
      }
    }
    TRY(auto of_aliases, users_by(connection_, {}, "id", targets));
    for (auto& user : of_aliases) targets_[user.id] = std::move(user);
    TRY_OK(read_forwarded(ids));
    return read_figures(ids);
  }

  // Nothing where it is gone meanwhile.
  Result<std::optional<UserFound>> found(const UserKey& key) {
    const auto at = users_.find({key.domain, key.column, key.value});
    if (at == users_.end()) return std::nullopt;
    const auto& user = at->second;
    UserFound made{.id = user.id, .local = user.local, .domain = {}, .type = user.type, .workgroup = {}, .alias_target = {}, .targets = user.targets.size(),
                   .target = user.targets.empty() ? std::string{} : user.targets.front(), .last_login = {}, .deleted_at = {}, .created_at = user.created_at};
    TRY(made.domain, domain_name(user.domain));
    auto group = user.workgroup;
    if (const auto target = targets_.find(user.alias_of); target != targets_.end()) {
      made.alias_target = target->second.local;
      group = target->second.workgroup;
    }
    TRY(made.workgroup, workgroup_name(group));
    if (const auto forwarded = forwarded_.find(user.id); forwarded != forwarded_.end()) {
      made.targets = forwarded->second.size();
      made.target = forwarded->second.front();
    }
    const auto& figures = figures_[user.id];
    made.status = figures.status;
    if (figures.last_login > 0) made.last_login = to_time(figures.last_login);
    return made;
  }

 private:
  // Where mailboxes forward to.
  Result<> read_forwarded(const Words& ids) {
    if (ids.empty()) return {};
    Condition condition;
    condition.add_one_of("id", ids);
    condition.add("mail LIKE $", std::string("%\"forwarding\"%"));
    TRY(const auto rows, connection_.run("SELECT id, mail FROM settings WHERE " + condition.text(), condition.arguments()));
    for (const auto& row : rows) {
      auto settings = feed::decode_settings(row[1].text());
      if (!settings) return fail(Fault::Broken, "a row of settings can't be read: " + settings.error().text);
      auto& forwarding = settings->forwarding;
      if (forwarding && forwarding->is_on && !forwarding->targets.empty()) forwarded_[row[0].text()] = std::move(forwarding->targets);
    }
    return {};
  }
  Result<> read_figures(const Words& ids) {
    if (ids.empty()) return {};
    Condition condition;
    condition.add_one_of("id", ids);
    TRY(const auto rows, connection_.run("SELECT id, state, last_login FROM users WHERE " + condition.text(), condition.arguments()));
    for (const auto& row : rows) figures_[row[0].text()] = {parse_user_status(row[1].text()).value_or(UserStatus::Active), row[2].number()};
    return {};
  }
  Result<std::string> domain_name(const std::string& id) {
    if (const auto known = names_.find(id); known != names_.end()) return known->second;
    TRY(const auto domain, domain_by_id(connection_, id));
    return names_[id] = domain ? domain->name : std::string{};
  }
  Result<std::string> workgroup_name(const std::string& id) {
    if (id.empty()) return std::string{};
    if (const auto known = names_.find(id); known != names_.end()) return known->second;
    TRY(const auto workgroup, workgroup_by_id(connection_, id));
    return names_[id] = workgroup ? workgroup->name : std::string{};
  }

  Connection& connection_;
  std::map<std::tuple<std::string, std::string, std::string>, User> users_;
  std::map<std::string, User> targets_;
  std::map<std::string, Figures> figures_;
  std::map<std::string, Words> forwarded_;  // by user
  std::map<std::string, std::string> names_;
};

}  // namespace

Result<std::vector<UserFound>> page_users(Connection& connection, const std::vector<UserKey>& keys) {
  Page page(connection);
  TRY_OK(page.read(keys));
  std::vector<UserFound> made;
  for (const auto& key : keys) {
    TRY(auto found, page.found(key));
    if (found) made.push_back(std::move(*found));
  }
  return made;
}

}  // namespace postroad::control
