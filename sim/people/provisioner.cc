#include "people/provisioner.h"

#include <algorithm>
#include <utility>

#include "people/operator_client.h"

namespace postroad::sim {
namespace {
using namespace std::chrono_literals;
using Kind = model::Provisioning::Kind;
using State = model::State;
constexpr std::size_t kMostUsers = 8;
constexpr std::uint64_t kNewest = 40;  // settled changes among which one in doubt is looked for

// Of APP's errors.
constexpr int kUserExists = 16;
constexpr int kNoUser = 17;
constexpr int kOverLimit = 22;
constexpr int kClusterRefused = 24;

std::string value_in(const AppReply& reply, const std::string& name) { return reply.record.contains(name) ? reply.record.at(name) : ""; }
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
    if (domain_.doubt && !domain_.doubt->is_operators) {
      co_await client_.over();
      domain_.doubt->is_over = true;
    }
    client_.close();
    co_await scene_.loop.sleep(random_.between(options_.pause, options_.pause * 5));
  }
}

io::Task<void> Provisioner::session() {
  if (!co_await sign_in()) co_return;
  bool has_caught_up = false;
  for (auto left = random_.between(2, 12); left > 0 && !scene_.is_closing; --left) {
    has_caught_up = co_await turn(has_caught_up);
    if (!has_caught_up) co_return;
    co_await scene_.loop.sleep(random_.between(options_.pause / 10, options_.pause));
  }
  co_await client_.ask("QUIT");
}

// False where nothing can be asked for now. During a cancellation it isn't known what is there: that is the time to ask for more.
io::Task<bool> Provisioner::turn(bool has_caught_up) {
  while (domain_.is_taken) co_await scene_.loop.sleep(50ms);
  const model::Taken taken(domain_);
  while (!std::exchange(has_caught_up, true) || domain_.doubt || (!domain_.is_abreast() && !domain_.levers->is_cancelling()))
    if (!co_await catch_up()) co_return false;
  co_await act();
  co_return true;
}

// Now and then one that somebody had before, or would have had.
std::string Provisioner::new_name() {
  if (domain_.gone.empty() || !random_.once_in(3)) return "p" + std::to_string(++last_name_);
  return *std::next(domain_.gone.begin(), static_cast<std::ptrdiff_t>(random_.below(domain_.gone.size())));
}

std::string Provisioner::some_user() {
  auto at = domain_.users.begin();
  std::advance(at, random_.below(domain_.users.size()));
  return at->first;
}

model::Provisioning Provisioner::choose() {
  const auto secret = "pw-" + std::to_string(random_.below(1'000'000'000));
  const auto create = [this, &secret] {
    const auto name = new_name();
    auto mailbox = std::make_shared<model::Mailbox>(*domain_.findings, name + "@" + domain_.name);
    return model::Provisioning{.kind = Kind::Create, .name = name, .password = secret, .mailbox = std::move(mailbox)};
  };
  if (domain_.users.size() < 2) return create();
  const auto user = some_user();
  model::Provisioning change{.name = user, .mailbox = domain_.users.at(user).mailbox};
  switch (random_.below(9)) {
    case 0:
    case 1:
    case 2:
      // What has no room yet is not tried again at once.
      if (domain_.users.size() < kMostUsers && (!has_no_room_ || random_.once_in(4))) return create();
      [[fallthrough]];
    case 3:
      change.kind = Kind::Delete;
      has_no_room_ = false;
      break;
    case 4:
      change.kind = Kind::Rename;
      change.other = new_name();
      break;
    case 5:
      change.kind = Kind::Alias;
      change.other = std::exchange(change.name, new_name());
      break;
    case 6:
    case 7:
      change.kind = Kind::Password;
      change.password = secret;
      break;
    default:
      change.kind = Kind::Suspend;
      change.is_suspended = !domain_.users.at(user).is_imap_suspended;
  }
  return change;
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
  domain_.doubt = model::Doubt{.what = change, .names = {}, .is_operators = false, .sent = scene_.now()};
  const auto reply = co_await request(change);
  scene_.world.note(domain_.name + " " + change.name + ": " + reply.text + " " + value_in(reply, "STATE"));
  take(reply);
  if (domain_.doubt) co_await resolve();
}

// What is cancelled before it is answered is accepted, and has no id yet.
void Provisioner::take(const AppReply& reply) {
  const auto doubt = *domain_.doubt;
  if (reply.number == kClusterRefused) {
    domain_.doubt->is_over = true;
    return;
  }
  const bool is_sure = domain_.cancellations == domain_.levers->cancellations.size() && !domain_.levers->were_cancelling(doubt.sent, scene_.now());
  if (is_sure && (reply.number == kUserExists || reply.number == kNoUser))
    scene_.findings.add(domain_.name + ": " + doubt.what.name + " was refused: " + reply.text);
  if (reply.number == kOverLimit) {
    has_no_room_ = true;
    domain_.refusals.push_back({doubt.sent, scene_.now()});
  }
  domain_.end_doubt(reply.is_ok ? value_in(reply, "CHANGE") : "", scene_.now());
  if (!reply.is_ok) return;
  learn(domain_.changes.size() - 1, value_in(reply, "STATE"));
  scene_.acknowledge("app");
}

void Provisioner::learn(std::size_t change, const std::string& state) {
  if (state == "applied") return domain_.learn(change, State::Applied, scene_.now());
  if (state == "cancelled") return domain_.learn(change, State::Cancelled, scene_.now());
  if (state == "refused") scene_.findings.add(domain_.name + ": the accepted change " + domain_.changes[change].id + " is refused");
}

io::Task<bool> Provisioner::catch_up() {
  if (domain_.doubt && !co_await resolve()) co_return false;
  const auto& levers = *domain_.levers;
  const auto over = levers.cancellations.size() - (levers.is_cancelling() ? 1 : 0);
  for (std::size_t at = 0; at < domain_.changes.size(); ++at) {
    if (domain_.changes[at].state != State::Queued) continue;
    const auto reply = co_await client_.ask("GET_CHANGE", {{"change", domain_.changes[at].id}});
    if (!reply.is_ok) co_return false;
    learn(at, value_in(reply, "STATE"));
  }
  domain_.cancellations = over;
  if (domain_.is_abreast()) domain_.rebind();
  co_return true;
}

io::Task<bool> Provisioner::resolve() {
  if (!domain_.doubt->is_over) co_return false;
  OperatorClient operators(scene_);
  co_await operators.open(options_.host, options_.control);
  const auto& doubt = *domain_.doubt;
  const auto is_known = [this](const auto& each) {
    return std::ranges::any_of(domain_.changes, [&each](const auto& change) { return change.id == each.id; });
  };
  ListedChange accepted;
  for (const auto& each : co_await operators.changes_of(domain_.name, kNewest))
    if (each.kind == kind_name(doubt.what.kind) && (each.actor == "operator") == doubt.is_operators && !is_known(each)) accepted = each;
  const auto end = accepted.id.empty() ? "not accepted" : "accepted as " + accepted.id + " " + accepted.state;
  scene_.world.note(domain_.name + " " + doubt.what.name + " in doubt: " + end);
  domain_.end_doubt(accepted.id, scene_.now());
  if (!accepted.id.empty()) learn(domain_.changes.size() - 1, accepted.state);
  co_return true;
}

io::Task<std::optional<bool>> Provisioner::is_settled() {
  try {
    if (!co_await sign_in() || !co_await catch_up()) co_return std::nullopt;
    co_await client_.ask("QUIT");
    client_.close();
    co_return std::ranges::none_of(domain_.changes, [](const auto& change) { return change.state == State::Queued; });
  } catch (const io::Ended&) {
    client_.close();
    co_return std::nullopt;
  }
}

io::Task<std::optional<std::set<std::string>>> Provisioner::names() {
  try {
    if (!co_await sign_in()) co_return std::nullopt;
    const auto reply = co_await client_.ask("GET_DOMAIN_MAILBOXES", {{"domain", domain_.name}});
    co_await client_.ask("QUIT");
    client_.close();
    if (!reply.is_ok) co_return std::nullopt;
    std::set<std::string> made;
    for (const auto& row : reply.rows)
      if (!row.empty()) made.insert(row[0]);
    co_return made;
  } catch (const io::Ended&) {
    client_.close();
    co_return std::nullopt;
  }
}

}  // namespace postroad::sim
