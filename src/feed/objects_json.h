#pragma once

#include "feed/json.h"
#include "feed/objects.h"

// Objects as JSON values. Inside this folder alone.
namespace postroad::feed {

boost::json::object to_json(const Domain& domain);
boost::json::object to_json(const Account& account);
boost::json::object to_json(const Alias& alias);
boost::json::object to_json(const Services& services);

Result<Domain> domain_of(const boost::json::value& value);
Result<Account> account_of(const boost::json::value& value);
Result<Alias> alias_of(const boost::json::value& value);

// Adds the member unless it is empty: absent and empty mean the same.
void put_text(boost::json::object& into, std::string_view name, const std::string& text);

}  // namespace postroad::feed
