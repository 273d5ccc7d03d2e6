#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace postroad::control {

// What a company may have no more of than it was given. Storage is what mailboxes' quotas promise, in octets.
enum class Resource : std::uint8_t { Domains, Mailboxes, Storage, Messages };
inline constexpr std::array kResources = {Resource::Domains, Resource::Mailboxes, Resource::Storage, Resource::Messages};
// `domains`, `mailboxes`, `storage`, `messages`.
std::string_view resource_name(Resource resource);

// So much of each; and mailboxes without a quota, which have no place where storage is limited.
struct Amounts {
  std::array<std::int64_t, kResources.size()> of_each{};
  std::int64_t unmetered = 0;

  std::int64_t& of(Resource resource) { return of_each[static_cast<std::size_t>(resource)]; }
  std::int64_t of(Resource resource) const { return of_each[static_cast<std::size_t>(resource)]; }
  bool is_zero() const { return *this == Amounts{}; }
  bool operator==(const Amounts&) const = default;

  Amounts& operator+=(const Amounts& other);
  Amounts operator-() const;
  // What of it is above zero, and the rest as zero.
  Amounts rise() const;
};
inline Amounts operator-(Amounts one, const Amounts& other) { return one += -other; }

inline constexpr std::uint64_t kLimitMost = std::uint64_t{1} << 60;
// What a company may have at most; nothing: any amount, as far as those above it allow.
struct CompanyLimits {
  std::array<std::optional<std::uint64_t>, kResources.size()> most;
  std::optional<std::uint64_t>& of(Resource resource) { return most[static_cast<std::size_t>(resource)]; }
  const std::optional<std::uint64_t>& of(Resource resource) const { return most[static_cast<std::size_t>(resource)]; }
  bool operator==(const CompanyLimits&) const = default;
};

}  // namespace postroad::control
