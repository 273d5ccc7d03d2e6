#include "oma/request.h"

#include "base/text.h"
#include "oma/errors.h"
#include "oma/fields.h"
#include "oma/limits.h"
#include "oma/repeated.h"

namespace postroad::oma {
namespace json = boost::json;
namespace {

std::unexpected<Error> bad(std::string text) { return fail(Fault::Syntax, std::move(text), std::string(code::kBadRequest)); }

}  // namespace

Result<Request> parse_request(std::string_view body) {
  json::parse_options options;
  options.max_depth = kDepth;
  boost::system::error_code failed;
  json::value parsed = json::parse(body, failed, {}, options);
  if (failed) return fail(Fault::Syntax, "the body is no JSON: " + failed.message());
  if (!parsed.is_object()) return bad("the body is no JSON object");
  if (has_repeated_names(body)) return bad("an object has two members of one name");
  Request made{.credentials = {}, .members = std::move(parsed.get_object())};
  if (made.members.size() > kMembers) return bad("the request has more than " + std::to_string(kMembers) + " members");
  Fields request(made.members, "");
  const auto* const given = request.object("credentials");
  TRY_OK(request.result());
  if (given == nullptr) return bad("'credentials' is missing");
  Fields fields(*given, "credentials");
  made.credentials.user = fields.text("user", kCredentialBytes).value_or("");
  made.credentials.password = fields.text("password", kCredentialBytes).value_or("");
  made.credentials.token = fields.text("token", kCredentialBytes).value_or("");
  made.credentials.code = fields.text("code", kCredentialBytes).value_or("");
  made.credentials.client = fields.text("client", kCredentialBytes).value_or("");
  TRY_OK(fields.result());
  made.members.erase("credentials");
  return made;
}

}  // namespace postroad::oma
