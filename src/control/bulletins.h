#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "control/caller.h"
#include "control/change.h"
#include "control/table.h"
#include "io/task.h"

namespace postroad::control {

struct Core;

inline constexpr std::string_view kBulletinColumns[] = {"id", "owner", "type", "name", "text", "changed_at", "posted_at"};
inline constexpr Table kBulletins{"bulletins", kBulletinColumns};

inline constexpr std::uint64_t kBulletinsMost = 100;         // of an owner
inline constexpr std::size_t kBulletinBytes = 64UL << 10;

enum class BulletinType : std::uint8_t {
  Auto,    // for new users
  Manual,  // for all users, when it is posted
};
std::string_view bulletin_type_name(BulletinType type);
std::optional<BulletinType> parse_bulletin_type(std::string_view word);

struct Bulletin {
  BulletinType type;
  std::string name;
  std::string text;  // a whole message as it is written, with its headers
  Time changed_at;
  std::optional<Time> posted_at;  // last
};

// Whose bulletins: a company's or a domain's.
struct BulletinOwner {
  std::string company;  // as companies are named; empty: the caller's own
  std::string domain;   // where it is given, the domain's
};

// Texts for users. They are stored; nothing delivers them yet. Seen by who sees the owner, changed by who may change its
// settings. NotFound, code NO_BULLETIN.
class Bulletins {
 public:
  explicit Bulletins(std::shared_ptr<Core> core) : core_(std::move(core)) {}

  // Makes or changes it; without a text it is deleted. Refused, code BAD_VALUE.
  io::Task<Result<Receipt>> put(Caller caller, BulletinOwner owner, BulletinType type, std::string name, std::optional<std::string> text);
  io::Task<Result<Bulletin>> get(Caller caller, BulletinOwner owner, BulletinType type, std::string name);
  // Without their texts, by type and name.
  io::Task<Result<std::vector<Bulletin>>> list(Caller caller, BulletinOwner owner);
  // Notes when.
  io::Task<Result<Receipt>> post(Caller caller, BulletinOwner owner, BulletinType type, std::string name);

 private:
  std::shared_ptr<Core> core_;
};

}  // namespace postroad::control
