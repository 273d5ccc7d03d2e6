#pragma once

#include <boost/json.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "control/api.h"
#include "oma/fields.h"
#include "oma/reply.h"
#include "oma/request.h"

namespace postroad::omad {

// One request on its way: who asks was signed in.
struct Call {
  control::Api& api;
  io::Loop& loop;
  control::Caller caller;
  std::optional<control::MadeToken> session;  // that a single-use token was changed for
  boost::json::object members;
  std::string host;  // that the request names, as it was written: nobody has looked at it
};

// What a method answers with. With an error it is a failure that tells more than its number.
struct Answer {
  oma::Members members;
  std::optional<Error> error = std::nullopt;
};
using Answering = io::Task<Result<Answer>>;

// One row for each method of the protocol: reading the table is reading what there is.
struct Method {
  std::string_view name;
  Answering (*run)(Call call);
};
const Method* find_method(std::string_view name);
std::span<const Method> methods();

// An address in two parts; the text where it has no `@`, and an empty domain.
struct Address {
  std::string local;
  std::string domain;
};
Address address_of(std::string_view text);

// A company's administrators' domain, by which control knows it: `north` and `north.adm` are the same.
std::string admin_domain_of(std::string_view company);

// And back: as companies are shown.
std::string short_name_of(std::string_view admin_domain);

// What became of a change: `change` and `state`.
Answer answer_of(const control::Receipt& receipt);

// The members of `attributes`, which may be absent.
const boost::json::object& attributes_of(oma::Fields& request);

// Seconds since 1970.
std::int64_t epoch(Time at);

// --- auth_methods.cc ---
Answering authenticate(Call call);
Answering echo(Call call);
Answering generate_token(Call call);
Answering revoke_token(Call call);
Answering enable_2fa(Call call);
Answering confirm_2fa(Call call);
Answering user_disable_2fa(Call call);
Answering logout_user(Call call);
Answering app_password(Call call);
// --- history_methods.cc ---
Answering get_company_changes(Call call);
Answering get_domain_changes(Call call);
Answering get_user_changes(Call call);
Answering get_user_attribute_history(Call call);
// --- company_methods.cc ---
Answering get_company(Call call);
Answering change_company(Call call);
Answering delete_company(Call call);
Answering search_companies(Call call);
Answering search_admins(Call call);
Answering set_role(Call call);
Answering add_role(Call call);
Answering remove_role(Call call);
// --- domain_methods.cc ---
Answering get_domain(Call call);
Answering change_domain(Call call);
Answering delete_domain(Call call);
Answering restore_domain(Call call);
Answering push_domain(Call call);
// --- user_methods.cc ---
Answering get_user(Call call);
Answering change_user(Call call);
Answering delete_user(Call call);
Answering restore_user(Call call);
Answering rename_user(Call call);
// --- user_searches.cc, domain_searches.cc ---
Answering search_users(Call call);
Answering search_domains(Call call);
// --- workgroup_methods.cc ---
Answering create_workgroup(Call call);
Answering delete_workgroup(Call call);
Answering search_workgroups(Call call);
// --- stats_methods.cc ---
Answering stats_list(Call call);
Answering stats_snapshot(Call call);
Answering stats_summary(Call call);
// --- misc_methods.cc ---
Answering get_valid_languages(Call call);
Answering get_valid_timezones(Call call);

}  // namespace postroad::omad
