#include "people/provisioner.h"

#include <algorithm>

namespace postroad::sim {
namespace {
using namespace std::chrono_literals;
using Kind = model::Provisioning::Kind;
constexpr std::size_t kMostUsers = 8;
}  // namespace

Provisioner::Provisioner(Scene& scene, Options options, model::Domain& domain, io::simulated::Random random)
    : scene_(scene), options_(std::move(options)), domain_(domain), random_(random), client_(scene) {}

io::Task<bool> Provisioner::sign_in() {
  co_return co_await client_.open(options_.host, options_.control, options_.user, options_.admin_domain, options_.password);
}

io::Task<void> Provisioner::run() {
  while (!scene_.is_closing) {
    try {
      co_await session();
    } catch (const io::Ended&) {
    }
    if (domain_.doubt) co_await client_.over();
    client_.close();
    co_await scene_.loop.sleep(random_.between(options_.pause, options_.pause * 5));
  }
}

io::Task<void> Provisioner::session() {
  if (!co_await sign_in()) co_return;
  if (domain_.doubt && !co_await resolve()) co_return;
  for (auto left = random_.between(2, 12); left > 0 && !scene_.is_closing; --left) {
    co_await act();
    co_await scene_.loop.sleep(random_.between(options_.pause / 10, options_.pause));
  }
  co_await client_.ask("QUIT");
}

std::string Provisioner::some_user() {
  auto at = domain_.users.begin();
  std::advance(at, random_.below(domain_.users.size()));
  return at->first;
}

model::Provisioning Provisioner::choose() {
  const auto secret = "pw-" + std::to_string(random_.below(1'000'000'000));
  if (domain_.users.size() < 2) return {.kind = Kind::Create, .name = new_name(), .password = secret};
  switch (random_.below(9)) {
    case 0:
    case 1:
    case 2:
      if (domain_.users.size() < kMostUsers) return {.kind = Kind::Create, .name = new_name(), .password = secret};
      [[fallthrough]];
    case 3: return {.kind = Kind::Delete, .name = some_user()};
    case 4: return {.kind = Kind::Rename, .name = some_user(), .other = new_name()};
    case 5: return {.kind = Kind::Alias, .name = new_name(), .other = some_user()};
    case 6:
    case 7: return {.kind = Kind::Password, .name = some_user(), .password = secret};
    default: {
      const auto user = some_user();
      return {.kind = Kind::Suspend, .name = user, .is_suspended = !domain_.users.at(user).is_imap_suspended};
    }
  }
}

io::Task<AppReply> Provisioner::request(model::Provisioning change) {
  AppAttributes at = {{"domain", domain_.name}};
  switch (change.kind) {
    case Kind::Create:
      at.insert(at.end(), {{"mailbox", change.name}, {"workgroup", "staff"}, {"password", change.password}});
      co_return co_await client_.ask("CREATE_MAILBOX", at);
    case Kind::Delete:
      at.push_back({"mailbox", change.name});
      co_return co_await client_.ask("DELETE_MAILBOX", at);
    case Kind::Rename:
      at.insert(at.end(), {{"old_mailbox", change.name}, {"new_mailbox", change.other}});
      co_return co_await client_.ask("RENAME_MAILBOX", at);
    case Kind::Alias:
      at.insert(at.end(), {{"alias_mailbox", change.name}, {"mailbox", change.other}});
      co_return co_await client_.ask("CREATE_ALIAS_MAILBOX", at);
    case Kind::Password:
      at.insert(at.end(), {{"mailbox", change.name}, {"password", change.password}});
      co_return co_await client_.ask("CHANGE_MAILBOX", at);
    case Kind::Suspend:
      at.insert(at.end(), {{"mailbox", change.name}, {"imap", change.is_suspended ? "T" : "F"}});
      co_return co_await client_.ask("SET_MAILBOX_SUSPENSION", at);
  }
  co_return AppReply{};
}

io::Task<void> Provisioner::act() {
  const auto change = choose();
  domain_.doubt = change;
  const auto reply = co_await request(change);
  scene_.world.note(domain_.name + " " + change.name + ": " + reply.text);
  if (reply.is_ok) {
    domain_.apply(change);
    if (reply.record.contains("CHANGE")) domain_.changes.push_back(reply.record.at("CHANGE"));
    scene_.acknowledge("app");
  }
  domain_.doubt.reset();
}

io::Task<std::optional<bool>> Provisioner::has(std::string name) {
  const auto reply = co_await client_.ask("GET_DOMAIN_MAILBOXES", {{"domain", domain_.name}});
  if (!reply.is_ok) co_return std::nullopt;
  co_return std::ranges::any_of(reply.rows, [&name](const auto& row) { return !row.empty() && row[0] == name; });
}

io::Task<bool> Provisioner::resolve() {
  const auto change = *domain_.doubt;
  std::optional<bool> happened;
  switch (change.kind) {
    case Kind::Create:
    case Kind::Alias: happened = co_await has(change.name); break;
    case Kind::Rename: happened = co_await has(change.other); break;
    case Kind::Delete:
      happened = co_await has(change.name);
      if (happened) happened = !*happened;
      break;
    case Kind::Password: {
      const auto reply = co_await client_.ask("VERIFY_PASSWORD", {{"domain", domain_.name}, {"mailbox", change.name}, {"password", change.password}});
      happened = reply.is_ok;
      break;
    }
    case Kind::Suspend: {
      const auto reply = co_await client_.ask("GET_MAILBOX_SUSPENSION", {{"domain", domain_.name}, {"mailbox", change.name}});
      if (reply.is_ok && reply.record.contains("IMAP")) happened = (reply.record.at("IMAP") == "T") == change.is_suspended;
      break;
    }
  }
  if (!happened) co_return false;
  if (*happened) domain_.apply(change);
  domain_.doubt.reset();
  co_return true;
}

io::Task<std::optional<bool>> Provisioner::is_settled() {
  try {
    if (!co_await sign_in()) co_return std::nullopt;
    if (domain_.doubt && !co_await resolve()) co_return std::nullopt;
    bool all = true;
    for (const auto& id : domain_.changes) {
      const auto reply = co_await client_.ask("GET_CHANGE", {{"change", id}});
      const auto state = reply.record.contains("STATE") ? reply.record.at("STATE") : "";
      if (state == "refused" || state == "cancelled") scene_.findings.add(domain_.name + ": the accepted change " + id + " is " + state);
      all = all && state == "applied";
    }
    co_await client_.ask("QUIT");
    client_.close();
    co_return all;
  } catch (const io::Ended&) {
    client_.close();
    co_return std::nullopt;
  }
}

}  // namespace postroad::sim
