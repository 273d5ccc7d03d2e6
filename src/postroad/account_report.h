#pragma once

#include <boost/json.hpp>

#include <string>

// Control's answers about companies and administrators, for people.
namespace postroad::wiring {

std::string company_table(const boost::json::object& answer);
std::string company_page(const boost::json::object& answer);
std::string administrator_table(const boost::json::object& answer);
std::string token_table(const boost::json::object& answer);
std::string audit_table(const boost::json::object& answer);
// `generated` empty: the password is known to whoever gave it.
std::string password_note(const std::string& who, const std::string& generated);

}  // namespace postroad::wiring
