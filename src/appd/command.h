#pragma once

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "app/reply.h"
#include "app/request.h"
#include "control/api.h"

namespace postroad::appd {

// A list of any length: its first rows, and where there may be more, what reads the next ones (none: that was all).
struct Listing {
  using Rows = std::vector<std::vector<std::string>>;
  std::vector<std::string> columns;  // in upper case
  Rows rows;
  std::function<io::Task<Result<Rows>>()> next = nullptr;
};

// What a command answers with: a text, a record, a list, or what became of a change.
using Answer = std::variant<std::string, app::Record, Listing, control::Receipt>;
using Answering = io::Task<Result<Answer>>;

// One request on its way. Its attributes were checked: the required ones are there.
struct Call {
  control::Api& api;
  control::Caller caller;
  app::Request request;

  // Empty where it was not given.
  std::string text(std::string_view name) const;
  std::optional<std::string> maybe(std::string_view name) const;
  // Fault::Refused, code BAD_VALUE, where it is none; `otherwise` where it was not given.
  Result<bool> flag(std::string_view name, bool otherwise) const;
  Result<std::optional<std::uint64_t>> number(std::string_view name, std::uint64_t most) const;
};

// One row for each command of the protocol: reading the table is reading what there is.
struct Verb {
  std::string_view name;
  std::string_view required;  // attributes, separated by spaces
  std::string_view one_of;    // at least one of these; empty: none is needed
  Answering (*run)(Call call);  // null: not available yet
};
const Verb* find_verb(std::string_view name);

// Entries with commas between, as the protocol writes lists.
std::string joined(const std::vector<std::string>& entries);
// `2026-01-31T23:59:59Z`; empty where it has not happened.
std::string time_text(Time at);

// What the request lacks for the verb, or nothing.
std::optional<std::string> missing_attribute(const Verb& verb, const app::Request& request);

// --- domain_commands.cc ---
Answering create_domain(Call call);
Answering change_domain(Call call);
Answering get_domain(Call call);
Answering delete_domain(Call call);
Answering create_domain_alias(Call call);
Answering delete_domain_alias(Call call);
Answering get_company_domains(Call call);
Answering get_domain_brand(Call call);
Answering set_domain_brand(Call call);
Answering set_domain_admin(Call call);
Answering set_domain_catch_all_mailbox(Call call);
Answering set_domain_disabled_status(Call call);
Answering get_num_domain_mailboxes(Call call);
Answering get_domain_mailboxes(Call call);
Answering get_domain_mailbox_limits(Call call);
Answering set_domain_mailbox_limits(Call call);
// --- workgroup_commands.cc ---
Answering create_workgroup(Call call);
Answering delete_workgroup(Call call);
Answering get_domain_workgroups(Call call);
// --- mailbox_commands.cc ---
Answering create_mailbox(Call call);
Answering change_mailbox(Call call);
Answering get_mailbox(Call call);
Answering get_mailbox_any(Call call);
Answering delete_mailbox(Call call);
Answering delete_mailbox_any(Call call);
Answering rename_mailbox(Call call);
Answering get_mailbox_availability(Call call);
Answering get_alternate_mailbox_names(Call call);
Answering verify_password(Call call);
Answering create_alias_mailbox(Call call);
Answering get_mailbox_suspension(Call call);
Answering set_mailbox_suspension(Call call);
Answering get_mailbox_quota(Call call);
Answering set_mailbox_quota(Call call);
// --- settings_commands.cc ---
Answering create_welcome(Call call);
Answering delete_welcome(Call call);
Answering get_domain_allow_list(Call call);
Answering set_domain_allow_list(Call call);
Answering get_domain_block_list(Call call);
Answering set_domain_block_list(Call call);
Answering get_mailbox_allow_list(Call call);
Answering set_mailbox_allow_list(Call call);
Answering get_mailbox_block_list(Call call);
Answering set_mailbox_block_list(Call call);
Answering get_mailbox_autorespond(Call call);
Answering set_mailbox_autorespond(Call call);
Answering get_mailbox_forward(Call call);
Answering set_mailbox_forward(Call call);
// --- administrator_commands.cc ---
Answering set_workgroup_admin(Call call);
Answering set_mail_admin(Call call);
Answering get_admin(Call call);
// --- offering_commands.cc ---
Answering show_available_offerings(Call call);
Answering show_enabled_offerings(Call call);
Answering enable_offering(Call call);
Answering disable_offering(Call call);
Answering set_offering(Call call);
// --- restore_commands.cc ---
Answering restore_domain(Call call);
Answering push_domain(Call call);
Answering restore_mailbox(Call call);
Answering get_deleted_mailboxes(Call call);
// --- forward_commands.cc ---
Answering create_group(Call call);
Answering change_group(Call call);
Answering get_group(Call call);
Answering delete_group(Call call);
Answering create_forward(Call call);
Answering change_forward(Call call);
Answering get_forward(Call call);
Answering delete_forward(Call call);
// --- change_commands.cc ---
Answering get_change(Call call);
Answering wait_change(Call call);

}  // namespace postroad::appd
