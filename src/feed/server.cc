#include "feed/server.h"

#include <utility>

#include "feed/server_session.h"

namespace postroad::feed {

using io::Task;

namespace {

constexpr std::string_view kPrefix = "cluster.";

// The cluster that the certificate stands for; empty where it is none's.
std::string cluster_of(std::string_view common_name) {
  return common_name.starts_with(kPrefix) ? std::string(common_name.substr(kPrefix.size())) : std::string();
}

}  // namespace

std::unexpected<Error> cluster_unavailable() { return fail(Fault::Busy, "cluster unavailable", std::string(kUnavailable)); }

Server::Server(io::Loop& loop, Source& source, log::Log& log, metrics::Registry& metrics, ServerOptions options)
    : state_(std::make_unique<ServerState>(loop, source, log, metrics, options)) {}

Server::~Server() = default;

Task<void> Server::serve(io::Listener& listener, const io::TlsContext& tls) {
  while (true) {
    std::unique_ptr<io::Stream> stream;
    try {
      stream = co_await listener.accept();
    } catch (const io::Ended&) {
      co_return;
    }
    state_->loop.spawn(serve(std::move(stream), tls), "feed.session");
  }
}

Task<void> Server::serve(std::unique_ptr<io::Stream> stream, const io::TlsContext& tls) {
  auto& state = *state_;
  std::string cluster;
  try {
    stream->set_deadline(state.loop.clock().steady() + state.options.link.silence);
    co_await stream->accept_tls(tls);
    cluster = cluster_of(stream->tls_peer());
    if (cluster.empty()) {
      state.metrics.refused.add();
      state.log.warning("feed.refused", {{"peer", stream->tls_peer()}, {"reason", "the certificate is no cluster's"}});
      co_return;
    }
    auto session = std::make_shared<ServerSession>(state, cluster, std::move(stream));
    co_await session->run();
  } catch (const io::Ended& ended) {
    state.log.info("feed.ended", {{"cluster", cluster}, {"reason", ended.what()}});
  }
}

void Server::ring(const std::string& cluster) {
  const auto found = state_->peers.find(cluster);
  if (found == state_->peers.end()) return;
  ++found->second->rings;
  found->second->bell.ring();
}

bool Server::is_connected(const std::string& cluster) const {
  const auto found = state_->peers.find(cluster);
  return found != state_->peers.end() && found->second->session != nullptr;
}

Task<Result<std::string>> Server::call(std::string cluster, std::string method, std::string params, io::Tick until) {
  const auto found = state_->peers.find(cluster);
  auto session = found == state_->peers.end() ? nullptr : found->second->session;
  if (session == nullptr) {
    state_->metrics.calls_unavailable.add();
    co_return cluster_unavailable();
  }
  co_return co_await session->call(std::move(method), std::move(params), until);
}

void Server::stop() {
  state_->is_stopping = true;
  for (const auto& [name, peer] : state_->peers)
    if (peer->session != nullptr) peer->session->hang_up("the server stops");
}

}  // namespace postroad::feed
