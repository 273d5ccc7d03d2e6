#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "control/users.h"
#include "oma/fields.h"
#include "omad/method.h"

// The user methods, of administrators: `bob@north.adm`. They have a password and roles, and no mailbox.
namespace postroad::omad {

// Whether it names a domain of administrators, whatever there is.
bool is_administrators(std::string_view domain);

Answering get_administrator(Call call, Address who);
// Makes it, without a role, or sets its password where it exists.
Answering change_administrator(Call call, Address who, boost::json::object attributes, bool create_only);
// For good, and not oneself.
Answering delete_administrator(Call call, Address who);
// Error 4, whether there is one or not.
std::unexpected<Error> refuse_administrator(std::string_view what);

// All of a company, with a role or without, as search_users shows users.
Answering search_administrators(Call call, control::UserSearch wanted, std::vector<std::string> fields);

// Of a line of search_users what is asked for; without a wish, all.
boost::json::object only(boost::json::object line, const std::vector<std::string>& fields);

// `{role: [objects]}`.
boost::json::object roles_shown(const std::vector<control::Grant>& grants);

}  // namespace postroad::omad
