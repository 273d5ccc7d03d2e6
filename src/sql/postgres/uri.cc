#include "sql/postgres/uri.h"

#include <libpq-fe.h>

#include <memory>

namespace postroad::sql::postgres {
namespace {

struct FreeOptions {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
using Options = std::unique_ptr<PQconninfoOption, FreeOptions>;

Options parse(const std::string& uri) {
  char* complaint = nullptr;
  Options options(PQconninfoParse(uri.c_str(), &complaint));
  PQfreemem(complaint);  // it may quote a password
  return options;
}

std::string value(const Options& options, std::string_view key) {
  for (const auto* option = options.get(); option->keyword != nullptr; ++option)
    if (key == option->keyword && option->val != nullptr) return option->val;
  return {};
}

}  // namespace

Result<> check_uri(const std::string& uri) {
  const auto options = parse(uri);
  if (!options)
    return fail(Fault::Syntax, "not a connection URI: expected postgresql://user@host:port/database?option=value, with only options that "
                               "libpq knows, and %XX for special characters, also in a password");
  if (!value(options, "replication").empty()) return fail(Fault::Syntax, "the option replication is not for this");
  if (value(options, "dbname").empty()) return fail(Fault::Syntax, "the URI names no database: expected postgresql://host/database");
  const auto encoding = value(options, "client_encoding");
  if (!encoding.empty() && encoding != "UTF8") return fail(Fault::Syntax, "client_encoding is always UTF8: leave it out");
  return {};
}

std::string shown_uri(const std::string& uri) {
  const auto options = parse(uri);
  if (!options) return "postgresql://...";
  std::string made = "postgresql://";
  if (const auto user = value(options, "user"); !user.empty()) made += user + "@";
  const auto host = value(options, "host");
  made += host.empty() ? value(options, "hostaddr") : host;
  if (const auto port = value(options, "port"); !port.empty()) made += ":" + port;
  return made + "/" + value(options, "dbname");
}

}  // namespace postroad::sql::postgres
