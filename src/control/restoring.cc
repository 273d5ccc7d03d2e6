#include "control/restoring.h"

#include "control/edits.h"
#include "control/errors.h"
#include "control/names.h"
#include "control/offerings.h"

namespace postroad::control {
namespace {

using sql::Connection;

// What an image holds, by column; empty where there was none such.
std::string text_in(const Image& image, std::string_view column) {
  for (const auto& [name, value] : image.row)
    if (name == column && value.is_text()) return value.text();
  return {};
}

Result<Settings> settings_in(const Deleted& deleted, std::string_view id) {
  for (const auto* image : images_of(deleted, kSettings))
    if (image->key == id) return decode_settings(text_in(*image, "mail"), text_in(*image, "own"));
  return Settings{};
}

Result<std::string> workgroup_for(Draft& draft, const Domain& domain, const User& user, const std::string& named) {
  if (!named.empty()) {
    TRY(const auto workgroup, workgroup_of(draft.sql, domain, named));
    return workgroup.id;
  }
  TRY(const auto old, workgroup_by_id(draft.sql, user.workgroup));
  if (old && old->domain == domain.id) return old->id;
  return fail(Fault::NotFound, "its workgroup is gone: name another one", std::string(code::kNoWorkgroup));
}

Result<> restore_roles(Draft& draft, const Deleted& deleted) {
  for (const auto* image : images_of(deleted, kRoles)) {
    const auto object = text_in(*image, "object");
    TRY(const auto domain, domain_by_id(draft.sql, object));
    TRY(const auto workgroup, workgroup_by_id(draft.sql, object));
    if (domain || workgroup) TRY_OK(put_image(draft, kRoles, *image));
  }
  for (const auto* image : images_of(deleted, kMailboxOfferings)) TRY_OK(put_image(draft, kMailboxOfferings, *image));
  return {};
}

// Those whose names are still free.
Result<> restore_aliases(Draft& draft, const Domain& domain, const User& user, std::vector<User> aliases) {
  std::vector<User> free;
  for (auto& alias : aliases) {
    TRY(const auto taken, user_by_local(draft.sql, domain.id, alias.local));
    if (!taken) free.push_back(std::move(alias));
  }
  if (free.empty()) return {};
  TRY_OK(check_limit(draft.sql, domain, UserType::Alias, free.size()));
  return add_aliases(draft, domain, user, free);
}

// An alias that was deleted alone comes back where its mailbox is there.
Result<> restore_lone_alias(Draft& draft, const Domain& domain, const Deleted& deleted, User alias) {
  TRY_OK(check_free(draft.sql, domain, alias.local));
  TRY_OK(check_limit(draft.sql, domain, UserType::Alias));
  TRY(const auto target, user_by_id(draft.sql, alias.alias_of));
  if (!target) return fail(Fault::NotFound, "the mailbox that it was an alias of is not there", std::string(code::kNoUser));
  TRY_OK(draft.erase(kDeleted, deleted.id));
  return add_alias(draft, domain, alias, *target);
}

Result<> restore_deleted_user(Draft& draft, const Domain& domain, const Deleted& deleted, const std::string& new_local, const std::string& workgroup) {
  const auto images = images_of(deleted, kUsers);
  if (images.empty()) return fail(Fault::Broken, "a deleted user's rows can't be read");
  auto user = user_from(row_of(*images.front(), kUsers));
  if (!new_local.empty()) {
    TRY(user.local, local_part(new_local));
  }
  if (user.type == UserType::Alias) return restore_lone_alias(draft, domain, deleted, std::move(user));
  TRY_OK(check_free(draft.sql, domain, user.local));
  TRY_OK(check_limit(draft.sql, domain, user.type));
  TRY(user.workgroup, workgroup_for(draft, domain, user, workgroup));
  TRY(const auto settings, settings_in(deleted, user.id));
  std::vector<User> aliases;
  for (auto at = images.begin() + 1; at != images.end(); ++at) {
    aliases.push_back(user_from(row_of(**at, kUsers)));
  }
  std::string hash;
  for (const auto* image : images_of(deleted, kCredentials)) hash = text_in(*image, "password_hash");
  TRY_OK(draft.erase(kDeleted, deleted.id));
  TRY_OK(restore_roles(draft, deleted));
  TRY_OK(add_user(draft, domain, user, hash, settings, true));
  return restore_aliases(draft, domain, user, std::move(aliases));
}

// Its workgroups and their settings: of the change that its own row is of. The objects that these are.
Result<std::vector<std::string>> restore_workgroups(Draft& draft, const Deleted& deleted) {
  std::vector<std::string> objects;
  for (const auto* image : images_of(deleted, kWorkgroups)) {
    TRY_OK(put_image(draft, kWorkgroups, *image));
    objects.push_back(object::workgroup(image->key));
    objects.push_back(object::workgroup_name(deleted.id, text_in(*image, "name")));
  }
  for (const auto* image : images_of(deleted, kSettings))
    if (image->key != deleted.id) TRY_OK(put_image(draft, kSettings, *image));
  return objects;
}

Result<Domain> restore_domain_row(Draft& draft, const Deleted& deleted, const std::string& new_name, const Company& company) {
  const auto images = images_of(deleted, kDomains);
  if (images.empty()) return fail(Fault::Broken, "a deleted domain's rows can't be read");
  auto domain = domain_from(row_of(*images.front(), kDomains));
  domain.catch_all.clear();
  if (!new_name.empty()) {
    TRY(domain.name, domain_name(new_name));
  }
  TRY_OK(check_domain_free(draft, domain.name));
  TRY(const auto settings, settings_in(deleted, domain.id));
  TRY_OK(tell_company_settings(draft, company, domain.cluster));
  TRY_OK(draft.erase(kDeleted, deleted.id));
  TRY(const auto objects, restore_workgroups(draft, deleted));
  TRY_OK(add_domain(draft, domain, settings, objects));
  return domain;
}

}  // namespace

namespace {

// That a deleted user was in, where the caller sees it; else as if there were no such user.
Result<Domain> domain_of_deleted(Draft& draft, const std::string& id) {
  TRY(const auto rows, draft.sql.run("SELECT d.name FROM deleted u JOIN domains d ON d.id = u.domain WHERE u.id = $1 AND u.kind = 'user'", {id}));
  auto found = draft.authority.user_domain(draft.sql, rows.empty() ? std::string{} : rows[0][0].text(), Right::Users);
  if (!found && found.error().code == code::kNoDomain) return fail(Fault::NotFound, "there is no such deleted mailbox", std::string(code::kNoUser));
  return found;
}

}  // namespace

Result<> restore_user(Draft& draft, const std::string& domain_name, const std::string& name_or_id, const std::string& new_local, const std::string& workgroup) {
  TRY(const auto domain, domain_name.empty() ? domain_of_deleted(draft, name_or_id) : draft.authority.user_domain(draft.sql, domain_name, Right::Users));
  TRY(const auto deleted, deleted_user(draft.sql, domain.id, name_or_id, draft.now()));
  if (!deleted) return fail(Fault::NotFound, "there is no such deleted mailbox in " + domain.name, std::string(code::kNoUser));
  return restore_deleted_user(draft, domain, *deleted, new_local, workgroup);
}

Result<> restore_domain(Draft& draft, const std::string& name_or_id, const std::string& new_name) {
  TRY(const auto deleted, deleted_domain(draft.sql, name_or_id, draft.authority.paths(), draft.now()));
  TRY(const auto company, company_by_id(draft.sql, deleted ? deleted->company : std::string{}));
  if (!deleted || !company) return fail(Fault::NotFound, "there is no such deleted domain", std::string(code::kNoDomain));
  TRY(const bool may, draft.authority.may(draft.sql, company->id, {}, Right::Domains));
  if (!may) return fail(Fault::Refused, "your role does not allow this", std::string(code::kNotAllowed));
  if (deleted->type == "alias") {
    const auto images = images_of(*deleted, kDomains);
    TRY(const auto target, domain_by_id(draft.sql, images.empty() ? std::string{} : text_in(*images.front(), "alias_of")));
    if (!target) return fail(Fault::NotFound, "the domain that it was an alias of is not there", std::string(code::kNoDomain));
  }
  TRY(const auto domain, restore_domain_row(draft, *deleted, new_name, *company));
  TRY(const auto along, deleted_with(draft.sql, domain.id));
  for (const auto& one : along) {
    if (one.is_domain) {
      TRY(const auto taken, domain_by_name(draft.sql, one.name));
      if (taken) continue;  // it stays deleted, and can be restored under another name
      TRY_OK(restore_domain_row(draft, one, {}, *company));
    } else {
      TRY_OK(restore_deleted_user(draft, domain, one, {}, {}));
    }
  }
  return {};
}

}  // namespace postroad::control
