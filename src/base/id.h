#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace postroad {

// UTC, to the microsecond: stores, feeds and logs hold nothing else.
using Time = std::chrono::sys_time<std::chrono::microseconds>;

// An id: a type letter and 26 lower-case base32 characters, 27 in all. Unique across clusters; ids made later sort
// later, to the millisecond; valid as a JMAP id (rfc8620 1.2) and an OBJECTID (rfc8474 4).
// The 130 bits of the characters hold 48 of milliseconds, 16 of cluster, 64 random; the first two bits are zero.
inline constexpr std::size_t kIdSize = 27;

// Makes an id. `type` is 'a' to 'z'; `cluster` tells who made it; `random` must be unpredictable.
std::string make_id(char type, Time now, std::uint16_t cluster, std::uint64_t random);

// Whether `text` has the form of an id of that type.
bool is_id(std::string_view text, char type);

// When the id was made, to the millisecond; `text` must be an id.
Time id_time(std::string_view text);

// An id without its type letter, for rows that hold many. `text` must be an id.
using IdBytes = std::array<char, 16>;
IdBytes pack_id(std::string_view text);
std::string unpack_id(char type, const IdBytes& bytes);

}  // namespace postroad
