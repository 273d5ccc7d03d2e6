#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace postroad {

// How many there are of each name now, and not more than may be: sessions of an account, connections from a network.
// Belongs to one loop.
class Tally {
 public:
  // One of those that are counted. Ends when destroyed, which the tally must outlive.
  class Place {
   public:
    Place() = default;
    Place(Place&& other) noexcept : tally_(std::exchange(other.tally_, nullptr)), at_(other.at_) {}
    Place& operator=(Place&& other) noexcept {
      if (this != &other) {
        leave();
        tally_ = std::exchange(other.tally_, nullptr);
        at_ = other.at_;
      }
      return *this;
    }
    ~Place() { leave(); }

    explicit operator bool() const { return tally_ != nullptr; }
    void leave() {
      if (auto* const tally = std::exchange(tally_, nullptr); tally != nullptr && --at_->second == 0)
        tally->counts_.erase(at_);
    }

   private:
    friend class Tally;
    using Counts = std::map<std::string, std::size_t, std::less<>>;
    Place(Tally& tally, Counts::iterator at) : tally_(&tally), at_(at) {}
    Tally* tally_ = nullptr;
    Counts::iterator at_;
  };

  // An empty place where there are `most` of that name already.
  Place take(std::string_view name, std::size_t most) {
    auto at = counts_.find(name);
    if ((at == counts_.end() ? 0 : at->second) >= most) return {};
    if (at == counts_.end()) at = counts_.emplace(name, 0).first;
    ++at->second;
    return {*this, at};
  }
  std::size_t names() const { return counts_.size(); }

 private:
  Place::Counts counts_;
};

}  // namespace postroad
