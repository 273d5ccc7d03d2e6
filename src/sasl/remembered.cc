#include "sasl/remembered.h"

#include <sodium.h>

#include "base/text.h"

namespace postroad::sasl {

Remembered::Remembered(std::size_t most, std::chrono::seconds time, io::Random& random)
    : most_(most), time_(time), secret_(random.bytes(crypto_generichash_KEYBYTES)) {}

std::string Remembered::digest_of(std::string_view account, std::uint64_t version, std::string_view password) const {
  // The account's id and the version are of fixed length, so that no two triples run together.
  const auto text = std::string(account) + hex(version) + std::string(password);
  std::string digest(crypto_generichash_BYTES, '\0');
  crypto_generichash(reinterpret_cast<unsigned char*>(digest.data()), digest.size(),
                     reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                     reinterpret_cast<const unsigned char*>(secret_.data()), secret_.size());
  return digest;
}

bool Remembered::has(std::string_view account, std::uint64_t version, std::string_view password, io::Tick now) {
  if (time_.count() == 0) return false;
  const auto digest = digest_of(account, version, password);
  const std::lock_guard lock(mutex_);
  forget_old(now);
  return by_digest_.contains(digest);
}

void Remembered::add(std::string_view account, std::uint64_t version, std::string_view password, io::Tick now) {
  if (time_.count() == 0 || most_ == 0) return;
  auto digest = digest_of(account, version, password);
  const std::lock_guard lock(mutex_);
  forget_old(now);
  if (by_digest_.contains(digest)) return;
  if (by_age_.size() >= most_) {
    by_digest_.erase(by_age_.front().digest);
    by_age_.pop_front();
  }
  by_age_.push_back({std::move(digest), now + time_});
  by_digest_.emplace(by_age_.back().digest, std::prev(by_age_.end()));
}

// All entries have the same life, so the oldest come first.
void Remembered::forget_old(io::Tick now) {
  while (!by_age_.empty() && by_age_.front().until <= now) {
    by_digest_.erase(by_age_.front().digest);
    by_age_.pop_front();
  }
}

std::size_t Remembered::size() const {
  const std::lock_guard lock(mutex_);
  return by_age_.size();
}

}  // namespace postroad::sasl
