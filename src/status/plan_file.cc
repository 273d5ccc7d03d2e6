#include "status/plan_file.h"

#include <boost/json.hpp>

namespace postroad::status {
namespace json = boost::json;
namespace {

constexpr std::size_t kPlansMost = 64;

// Reads members; the first that is missing or of the wrong type is the failure.
class Members {
 public:
  explicit Members(const json::value& value) : object_(value.if_object()) {
    if (object_ == nullptr) failure_ = "expected an object";
  }
  std::string text(const char* name) {
    const auto* const value = find(name);
    if (value != nullptr && value->is_string()) return std::string(value->as_string());
    miss(name, "a text");
    return {};
  }
  Target target(const char* name) {
    const auto* const value = find(name);
    if (value == nullptr) {
      miss(name, "an endpoint");
      return {};
    }
    Members members(*value);
    Target made;
    made.at.address = members.text("host");
    made.at.port = members.port();
    made.is_tls = members.text("tls") == "implicit";
    if (!members.failure_.empty() && failure_.empty()) failure_ = std::string(name) + ": " + members.failure_;
    return made;
  }
  const std::string& failure() const { return failure_; }

 private:
  const json::value* find(const char* name) const { return object_ == nullptr ? nullptr : object_->if_contains(name); }
  std::uint16_t port() {
    const auto* const value = find("port");
    if (value != nullptr && value->is_int64() && value->as_int64() > 0 && value->as_int64() <= 65535)
      return static_cast<std::uint16_t>(value->as_int64());
    miss("port", "a number from 1 to 65535");
    return 0;
  }
  void miss(const char* name, const char* what) {
    if (failure_.empty()) failure_ = std::string(name) + ": expected " + what;
  }
  const json::object* object_;
  std::string failure_;
};

}  // namespace

Result<std::vector<ProbePlan>> parse_plans(std::string_view text) {
  boost::system::error_code failed;
  const auto parsed = json::parse(json::string_view(text.data(), text.size()), failed);
  if (failed || !parsed.is_array()) return fail(Fault::Syntax, "probes.json: expected an array of plans");
  if (parsed.as_array().size() > kPlansMost) return fail(Fault::Syntax, "probes.json: over 64 plans");
  std::vector<ProbePlan> plans;
  for (const auto& value : parsed.as_array()) {
    Members members(value);
    ProbePlan plan;
    plan.cluster = members.text("cluster");
    plan.smtp = members.target("smtp");
    plan.imap = members.target("imap");
    plan.pop3 = members.target("pop3");
    plan.app = members.target("app");
    plan.app_user = members.text("app_user");
    plan.app_domain = members.text("app_domain");
    plan.app_password = members.text("app_password");
    plan.domain = members.text("domain");
    if (!members.failure().empty()) return fail(Fault::Syntax, "probes.json: " + members.failure());
    plans.push_back(std::move(plan));
  }
  return plans;
}

}  // namespace postroad::status
