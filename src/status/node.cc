#include "status/node.h"

#include <algorithm>

#include "base/text.h"
#include "status/page.h"

namespace postroad::status {

using io::Task;

namespace {

constexpr auto kHeartbeat = std::chrono::seconds(30);
constexpr std::size_t kIncidentsMost = 10'000;  // in memory and in the archive's pages; the database keeps all
constexpr std::size_t kTokenBytes = 12;

std::vector<std::string> clusters_in(const std::vector<ProbePlan>& plans) {
  std::vector<std::string> clusters;
  for (const auto& plan : plans) clusters.push_back(plan.cluster);
  return clusters;
}

std::string_view text_of(Finding finding) {
  return finding == Finding::Good ? "good" : finding == Finding::Slow ? "slow" : "failed";
}

}  // namespace

// Whom the probes of one cluster act as.
struct Node::Synthetic {
  Synthetic(io::Loop& loop, ProbePlan the_plan, std::string known) : plan(std::move(the_plan)), password(std::move(known)), has_mailbox(loop) {}
  ProbePlan plan;
  std::string password;  // empty: it has no mailbox yet
  io::Bell has_mailbox;
};

Node::Node(io::Loop& loop, io::Network& network, io::Random& random, const io::TlsContext& tls, std::unique_ptr<Archive> archive,
           Zone zone, log::Log& log, metrics::Registry& metrics, NodeOptions options)
    : loop_(loop),
      network_(network),
      random_(random),
      tls_(tls),
      archive_(std::move(archive)),
      zone_(std::move(zone)),
      log_(log),
      metrics_(metrics),
      options_(std::move(options)),
      board_(components_of(clusters_in(options_.plans))),
      publisher_(options_.folder / "public"),
      changed_(loop) {}

Node::~Node() = default;

Result<> Node::start() {
  TRY(incidents_, archive_->incidents(kIncidentsMost));
  TRY(const auto created, archive_->remembered("created"));
  created_ = created.empty() ? loop_.clock().now() : Time(Time::duration(parse_number(created, INT64_MAX).value_or(0)));
  if (created.empty()) TRY_OK(archive_->remember("created", std::to_string(created_.time_since_epoch().count())));
  TRY(const auto board, archive_->remembered("board"));
  board_.restore(board);
  say_open_incidents();
  publish(true);
  for (const auto& plan : options_.plans) {
    TRY(auto password, archive_->remembered("password." + plan.cluster));
    users_.push_back(std::make_unique<Synthetic>(loop_, plan, std::move(password)));
    loop_.spawn(provision_for_ever(users_.back().get()), "probe provisioning " + plan.cluster);
    loop_.spawn(mail_for_ever(users_.back().get()), "probe mail " + plan.cluster);
  }
  loop_.spawn(publish_for_ever(), "publish");
  return {};
}

// The newest open incident that names a component decides what it is.
void Node::say_open_incidents() {
  const auto now = loop_.clock().now();
  for (const auto& component : board_.components()) {
    std::optional<State> said;
    auto since = now;
    for (const auto& incident : incidents_) {
      if (!incident.is_open() || std::ranges::find(incident.components, component) == incident.components.end()) continue;
      said = incident.state();
      since = incident.in_state_since();
      break;
    }
    board_.say(component, said, since);
  }
}

Result<Incident> Node::post(const Post& asked) {
  auto post = asked;
  if (!post.incident && post.components.empty()) post.components = board_.components();
  TRY(const auto incident, archive_->add(post, loop_.clock().now()));
  const auto at = std::ranges::find(incidents_, incident.number, &Incident::number);
  if (at == incidents_.end()) {
    incidents_.insert(incidents_.begin(), incident);
  } else {
    *at = incident;
  }
  say_open_incidents();
  log_.info("status.posted", {{"incident", incident.number}, {"update", incident.updates.back().no}, {"state", state_text(incident.state())}});
  publish(true);  // it is posted even where that fails
  return incident;
}

std::string Node::address_of(const Incident& incident) const { return options_.url + "/incidents/" + std::to_string(incident.number); }

Sight Node::sight() const { return {board_, incidents_, zone_, options_.title, options_.url, loop_.clock().now(), created_}; }

void Node::publish(bool is_all) {
  for (auto& [path, text] : is_all ? all_files(sight()) : live_files(sight())) files_[path] = std::move(text);
  if (const auto published = publisher_.publish(files_); !published) {
    metrics_.counter("postroad_status_publish_failures_total", "Times that the pages could not be written.").add();
    log_.error("status.publish_failed", {{"reason", published.error().text}});
  }
}

void Node::remember_board() {
  if (const auto kept = archive_->remember("board", board_.save()); !kept) log_.error("status.remember_failed", {{"reason", kept.error().text}});
}

// At each change, and as a heartbeat: readers tell by its age whether anybody is here.
Task<void> Node::publish_for_ever() {
  for (;;) {
    co_await changed_.wait(loop_.clock().steady() + kHeartbeat);
    publish(false);
    remember_board();
  }
}

// Apart from mail's: a service that hangs delays no other's probe.
Task<void> Node::provision_for_ever(Synthetic* user) {
  for (;;) {
    const auto next = loop_.clock().steady() + options_.probe_interval;
    co_await provision_once(*user);
    co_await loop_.sleep_until(next);
  }
}

Task<void> Node::provision_once(Synthetic& user) {
  const bool is_new = user.password.empty();
  const auto password = is_new ? hex_bytes(random_.bytes(16)) : user.password;
  const auto result = co_await probe_provisioning(world(), user.plan, hex_bytes(random_.bytes(kTokenBytes)), password, is_new);
  take({user.plan.cluster, Service::Provisioning}, result);
  if (!is_new || result.finding != Finding::Good) co_return;  // a password that was not applied opens nothing
  user.password = password;
  if (const auto kept = archive_->remember("password." + user.plan.cluster, password); !kept)
    log_.error("status.remember_failed", {{"reason", kept.error().text}});
  user.has_mailbox.ring();
}

Task<void> Node::mail_for_ever(Synthetic* user) {
  while (user->password.empty()) co_await user->has_mailbox.wait();  // nobody to send mail to yet: unknown
  for (;;) {
    const auto next = loop_.clock().steady() + options_.probe_interval;
    co_await mail_once(*user);
    co_await loop_.sleep_until(next);
  }
}

// IMAP last, since it empties the mailbox.
Task<void> Node::mail_once(const Synthetic& user) {
  const auto& plan = user.plan;
  auto token = hex_bytes(random_.bytes(kTokenBytes));
  const auto sent = co_await probe_inbound(world(), plan, token);
  take({plan.cluster, Service::InboundMail}, sent);
  if (sent.finding == Finding::Failed) token.clear();
  take({plan.cluster, Service::Pop}, co_await probe_pop(world(), plan, token, user.password));
  take({plan.cluster, Service::Imap}, co_await probe_imap(world(), plan, token, user.password));
}

void Node::take(const Component& component, const ProbeResult& result) {
  const auto id = component.id();
  metrics_.counter("postroad_status_probes_total", "Probes by component and finding.", {{"component", id}, {"finding", std::string(text_of(result.finding))}}).add();
  metrics_.histogram("postroad_status_probe_seconds", "How long a probe took.", {{"component", id}}).observe(static_cast<double>(result.took.count()) / 1000);
  if (result.finding != Finding::Good)
    log_.warning("status.probe_failed", {{"component", id}, {"finding", text_of(result.finding)}, {"reason", result.reason}});
  const bool has_changed = board_.find(component, result.finding, result.reason, loop_.clock().now());
  metrics_.gauge("postroad_status_state", "What people are told: 0 Online, 1 Degraded, 2 In Maintenance, 3 Offline.", {{"component", id}})
      .set(static_cast<std::int64_t>(board_.standing(component, loop_.clock().now()).state));
  if (!has_changed) return;
  log_.info("status.changed", {{"component", id}, {"state", state_text(board_.standing(component, loop_.clock().now()).state)}});
  changed_.ring();
}

Task<http::Response> Node::serve(http::Request request) { co_return serve_file(files_, request); }

}  // namespace postroad::status
