#pragma once

#include <cstddef>

// What a request may hold. Everything is bounded before it is looked at.
namespace postroad::oma {

inline constexpr std::size_t kRequestBytes = 1UL << 20;
inline constexpr std::size_t kDepth = 16;
inline constexpr std::size_t kMethodBytes = 64;
inline constexpr std::size_t kCredentialBytes = 1024;
inline constexpr std::size_t kTextBytes = 64UL << 10;   // of one text, where nothing less is said
inline constexpr std::size_t kErrorTextBytes = 400;
inline constexpr std::size_t kMembers = 200;            // of one object

}  // namespace postroad::oma
