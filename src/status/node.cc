#include "status/node.h"

#include <algorithm>

#include "base/text.h"
#include "status/page.h"

namespace postroad::status {

using io::Task;

namespace {

constexpr auto kHeartbeat = std::chrono::seconds(30);
constexpr std::size_t kIncidentsShown = 500;
constexpr std::size_t kTokenBytes = 12;

std::vector<std::string> clusters_of(const std::vector<ProbePlan>& plans) {
  std::vector<std::string> clusters;
  for (const auto& plan : plans) clusters.push_back(plan.cluster);
  return clusters;
}

std::string_view text_of(Finding finding) {
  return finding == Finding::Good ? "good" : finding == Finding::Slow ? "slow" : "failed";
}

}  // namespace

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
      board_(components_of(clusters_of(options_.plans))),
      publisher_(options_.folder / "public"),
      changed_(loop) {}

Node::~Node() = default;

Result<> Node::start() {
  TRY(incidents_, archive_->incidents(kIncidentsShown));
  say_open_incidents();
  TRY_OK(publish());
  for (const auto& plan : options_.plans) loop_.spawn(probe_for_ever(plan), "probe " + plan.cluster);
  loop_.spawn(publish_for_ever(), "publish");
  return {};
}

// The newest open incident that names a component decides what it is.
void Node::say_open_incidents() {
  const auto now = loop_.clock().now();
  for (const auto& component : board_.components()) {
    std::optional<State> said;
    for (const auto& incident : incidents_) {
      if (!incident.is_open() || std::ranges::find(incident.components, component) == incident.components.end()) continue;
      said = incident.state();
      break;
    }
    board_.say(component, said, now);
  }
}

Result<Incident> Node::post(const Post& asked) {
  auto post = asked;
  if (post.components.empty()) post.components = board_.components();
  TRY(const auto incident, archive_->add(post, loop_.clock().now()));
  TRY(incidents_, archive_->incidents(kIncidentsShown));
  say_open_incidents();
  log_.info("status.posted", {{"incident", incident.number}, {"update", incident.updates.back().no}, {"state", state_text(incident.state())}});
  TRY_OK(publish());
  return incident;
}

Result<> Node::publish() {
  files_ = all_files({board_, incidents_, zone_, options_.title, loop_.clock().now()});
  return publisher_.publish(files_);
}

// At each change, and as a heartbeat: readers tell by its age whether anybody is here.
Task<void> Node::publish_for_ever() {
  auto& failures = metrics_.counter("postroad_status_publish_failures_total", "Times that the pages could not be written.");
  for (;;) {
    co_await changed_.wait(loop_.clock().steady() + kHeartbeat);
    if (const auto published = publish(); !published) {
      failures.add();
      log_.error("status.publish_failed", {{"reason", published.error().text}});
    }
  }
}

Task<void> Node::probe_for_ever(ProbePlan plan) {
  auto password = archive_->remembered("password." + plan.cluster).value_or("");
  for (;;) {
    const auto next = loop_.clock().steady() + options_.probe_interval;
    co_await probe_once(plan, password);
    co_await loop_.sleep_until(next);
  }
}

// The synthetic user's round: provisioning first, since it makes the mailbox that the others use.
Task<void> Node::probe_once(const ProbePlan& plan, std::string& password) {
  const ProbeWorld world{loop_, network_, tls_, options_.tls_name, options_.probe_timeout};
  const auto token = hex_bytes(random_.bytes(kTokenBytes));
  const bool is_new = password.empty();
  const auto tried = is_new ? hex_bytes(random_.bytes(16)) : password;
  const auto provisioned = co_await probe_provisioning(world, plan, token, tried, is_new);
  take({plan.cluster, Service::Provisioning}, provisioned);
  if (is_new && provisioned.finding != Finding::Failed) {
    password = tried;
    if (const auto kept = archive_->remember("password." + plan.cluster, password); !kept)
      log_.error("status.remember_failed", {{"reason", kept.error().text}});
  }
  if (password.empty()) co_return;  // nobody to send mail to yet: those states stay unknown
  const auto sent = co_await probe_inbound(world, plan, token);
  take({plan.cluster, Service::InboundMail}, sent);
  take({plan.cluster, Service::Pop}, co_await probe_pop(world, plan, sent.finding == Finding::Failed ? "" : token, password));
  take({plan.cluster, Service::Imap}, co_await probe_imap(world, plan, sent.finding == Finding::Failed ? "" : token, password));
}

void Node::take(const Component& component, const ProbeResult& result) {
  const auto id = component.id();
  metrics_.counter("postroad_status_probes_total", "Probes by component and finding.", {{"component", id}, {"finding", std::string(text_of(result.finding))}}).add();
  metrics_.histogram("postroad_status_probe_seconds", "How long a probe took.", {{"component", id}}).observe(static_cast<double>(result.took.count()) / 1000);
  if (result.finding != Finding::Good)
    log_.warning("status.probe_failed", {{"component", id}, {"finding", text_of(result.finding)}, {"reason", result.reason}});
  if (!board_.find(component, result.finding, result.reason, loop_.clock().now())) return;
  log_.info("status.changed", {{"component", id}, {"state", state_text(board_.standing(component, loop_.clock().now()).state)}});
  changed_.ring();
}

Task<http::Response> Node::serve(http::Request request) { co_return serve_file(files_, request); }

}  // namespace postroad::status
