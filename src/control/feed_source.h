#pragma once

#include <memory>

#include "feed/source.h"

namespace postroad::control {

struct Core;

// Control's side of the feeds: hands each cluster its eligible changes in order, at most feed::kBatchChanges at a
// time, and takes in what became of them.
//
// A change gets its position, durably, when it enters the feed, and keeps it; so an order once given is given again.
// None enters while something that it depends on is unsettled.
class FeedSource : public feed::Source {
 public:
  explicit FeedSource(std::shared_ptr<Core> core) : core_(std::move(core)) {}

  io::Task<Result<feed::Standing>> standing(std::string cluster) override;
  io::Task<Result<std::vector<feed::Change>>> next(std::string cluster, feed::Position after, std::size_t most) override;
  io::Task<Result<>> settle(std::string cluster, std::vector<feed::Settled> settled) override;
  io::Task<Result<>> report(std::string cluster, std::vector<feed::Report> reports) override;

 private:
  std::shared_ptr<Core> core_;
};

}  // namespace postroad::control
