#pragma once

#include <string>

#include "feed/server.h"

namespace postroad::control {

// How control reaches its clusters.
class Reach {
 public:
  virtual ~Reach() = default;
  // There may be changes for the cluster now.
  virtual void ring(const std::string& cluster) = 0;
  virtual bool is_connected(const std::string& cluster) const = 0;
  // As feed::Server::call.
  virtual io::Task<Result<std::string>> call(std::string cluster, std::string method, std::string params, io::Tick until) = 0;
};

// By the feed's server, which must outlive this.
class FeedReach : public Reach {
 public:
  explicit FeedReach(feed::Server& server) : server_(server) {}
  void ring(const std::string& cluster) override { server_.ring(cluster); }
  bool is_connected(const std::string& cluster) const override { return server_.is_connected(cluster); }
  io::Task<Result<std::string>> call(std::string cluster, std::string method, std::string params, io::Tick until) override {
    return server_.call(std::move(cluster), std::move(method), std::move(params), until);
  }

 private:
  feed::Server& server_;
};

}  // namespace postroad::control
