#include "omad/method.h"

#include <algorithm>

#include "base/text.h"
#include "omad/brand_methods.h"
#include "omad/bulk_methods.h"
#include "omad/bulletin_methods.h"
#include "omad/change_methods.h"
#include "omad/mailbox_methods.h"
#include "omad/migration_methods.h"
#include "omad/sieve_methods.h"

namespace postroad::omad {
namespace {

constexpr Method kMethods[] = {
    // Auth
    {"authenticate", authenticate},
    {"echo", echo},
    {"generate_token", generate_token},
    {"revoke_token", revoke_token},
    {"enable_2fa", enable_2fa},
    {"confirm_2fa", confirm_2fa},
    // Company
    {"get_company", get_company},
    {"change_company", change_company},
    {"get_company_changes", get_company_changes},
    {"search_companies", search_companies},
    {"delete_company", delete_company},
    {"search_admins", search_admins},
    {"change_company_bulletin", change_company_bulletin},
    {"get_company_bulletin", get_company_bulletin},
    {"post_company_bulletin", post_company_bulletin},
    // Domain
    {"get_domain", get_domain},
    {"change_domain", change_domain},
    {"delete_domain", delete_domain},
    {"restore_domain", restore_domain},
    {"push_domain", push_domain},
    {"search_domains", search_domains},
    {"get_domain_changes", get_domain_changes},
    {"change_domain_bulletin", change_domain_bulletin},
    {"get_domain_bulletin", get_domain_bulletin},
    {"post_domain_bulletin", post_domain_bulletin},
    // User
    {"get_user", get_user},
    {"change_user", change_user},
    {"delete_user", delete_user},
    {"restore_user", restore_user},
    {"rename_user", rename_user},
    {"search_users", search_users},
    {"get_user_changes", get_user_changes},
    {"get_user_attribute_history", get_user_attribute_history},
    {"get_user_folders", get_user_folders},
    {"get_user_messages", get_user_messages},
    {"move_user_messages", move_user_messages},
    {"get_deleted_messages", get_deleted_messages},
    {"restore_deleted_messages", restore_deleted_messages},
    {"get_deleted_contacts", get_deleted_contacts},
    {"restore_deleted_contacts", restore_deleted_contacts},
    {"logout_user", logout_user},
    {"reindex", reindex},
    {"user_notify", user_notify},
    {"set_role", set_role},
    {"add_role", add_role},
    {"remove_role", remove_role},
    {"app_password", app_password},
    {"user_disable_2fa", user_disable_2fa},
    {"get_sieve", get_sieve},
    {"set_sieve", set_sieve},
    // Workgroup
    {"create_workgroup", create_workgroup},
    {"delete_workgroup", delete_workgroup},
    {"search_workgroups", search_workgroups},
    // Brand
    {"search_brands", search_brands},
    {"search_brand_members", search_brand_members},
    {"change_brand", change_brand},
    {"get_brand", get_brand},
    {"delete_brand", delete_brand},
    // Statistics
    {"stats_list", stats_list},
    {"stats_snapshot", stats_snapshot},
    {"stats_summary", stats_summary},
    // Migration
    {"migration_add", migration_add},
    {"migration_jobs", migration_jobs},
    {"migration_status", migration_status},
    {"migration_trace", migration_trace},
    {"migration_threads", migration_threads},
    // Bulk: ours
    {"bulk_add", bulk_add},
    {"bulk_append", bulk_append},
    {"bulk_jobs", bulk_jobs},
    {"bulk_status", bulk_status},
    {"bulk_result", bulk_result},
    {"bulk_approve", bulk_approve},
    {"bulk_pause", bulk_pause},
    {"bulk_resume", bulk_resume},
    {"bulk_cancel", bulk_cancel},
    {"bulk_undo", bulk_undo},
    // Changes: ours
    {"get_change", get_change},
    // Misc
    {"get_valid_languages", get_valid_languages},
    {"get_valid_timezones", get_valid_timezones},
};

const boost::json::object& nothing() {
  static const boost::json::object none;
  return none;
}

}  // namespace

const Method* find_method(std::string_view name) {
  const auto* const at = std::ranges::find(kMethods, name, &Method::name);
  return at == std::end(kMethods) ? nullptr : at;
}

std::span<const Method> methods() { return kMethods; }

Address address_of(std::string_view text) {
  const auto at = text.rfind('@');
  if (at == text.npos) return {std::string(text), {}};
  return {std::string(text.substr(0, at)), std::string(text.substr(at + 1))};
}

std::string admin_domain_of(std::string_view company) {
  auto name = lower(company);
  return name.ends_with(".adm") ? name : name + ".adm";
}

std::string short_name_of(std::string_view admin_domain) {
  return std::string(admin_domain.ends_with(".adm") ? admin_domain.substr(0, admin_domain.size() - 4) : admin_domain);
}

Answer answer_of(const control::Receipt& receipt) {
  return {{{"change", boost::json::string(receipt.change)}, {"state", boost::json::string(control::change_state_name(receipt.state))}}};
}

const boost::json::object& attributes_of(oma::Fields& request) {
  const auto* const given = request.object("attributes");
  return given == nullptr ? nothing() : *given;
}

std::int64_t epoch(Time at) { return std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count(); }

}  // namespace postroad::omad
