#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "control/caller.h"
#include "control/change.h"
#include "control/search.h"
#include "control/table.h"
#include "io/task.h"

namespace postroad::control {

struct Core;

inline constexpr std::string_view kBrandColumns[] = {"id", "company", "name", "folded", "attributes", "created_at"};
inline constexpr Table kBrands{"brands", kBrandColumns};

inline constexpr std::uint64_t kBrandsMost = 200;  // of a company

// How those are shown to people to whom a company gives mail: names, colours, links.
struct Brand {
  std::string company;  // its administrators' domain
  std::string name;
  std::map<std::string, std::string> attributes;  // those that are set, by brand_attributes()' names
  Time created_at;
  // Who bears it, in the company and below it, as far as no company between has a brand of that name.
  struct Counts {
    std::uint64_t companies = 0;
    std::uint64_t domains = 0;
    std::uint64_t workgroups = 0;
    std::uint64_t users = 0;
    std::uint64_t total() const { return companies + domains + workgroups + users; }
  } counts;
};

enum class BrandMemberType : std::uint8_t { Company, Domain, User, Workgroup };
std::string_view brand_member_name(BrandMemberType type);
std::optional<BrandMemberType> parse_brand_member(std::string_view word);
struct BrandMember {
  BrandMemberType type;
  std::string name;  // an administrators' domain, a domain, an address, `domain/workgroup`
};

// What a brand may have: each a word for its name, and what its value is.
std::vector<std::string_view> brand_attributes();

// Brands of companies. Those below a company may bear its brands by name. A company is named by its administrators' domain or id;
// empty: the caller's own. Seen by who sees the company, changed by who may change it. NotFound, code NO_BRAND.
class Brands {
 public:
  explicit Brands(std::shared_ptr<Core> core) : core_(std::move(core)) {}

  // Makes or changes it: what is not named stays, an empty value is taken away. Conflict, code BRAND_EXISTS, where it is there and
  // `create_only`; Refused, code BAD_VALUE.
  io::Task<Result<Receipt>> put(Caller caller, std::string company, std::string name, std::map<std::string, std::string> attributes, bool create_only = false);
  // Conflict, code BRAND_NOT_EMPTY, where somebody bears it.
  io::Task<Result<Receipt>> erase(Caller caller, std::string company, std::string name);
  io::Task<Result<Brand>> get(Caller caller, std::string company, std::string name);
  // By name; `match` with ? and *.
  io::Task<Result<Sorted<Brand>>> search(Caller caller, std::string company, std::string match, Range range);
  // By type and name. `types` empty: all.
  io::Task<Result<Sorted<BrandMember>>> members(Caller caller, std::string company, std::string name, std::vector<BrandMemberType> types, Range range);

 private:
  std::shared_ptr<Core> core_;
};

}  // namespace postroad::control
