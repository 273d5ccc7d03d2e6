#include <algorithm>
#include <memory>

#include "appd/command.h"
#include "base/text.h"

namespace postroad::appd {
namespace {

using control::UserType;

constexpr std::uint64_t kMost = 100'000'000;

control::DomainSettings settings_of(const Call& call) {
  control::DomainSettings settings;
  settings.timezone = call.maybe("timezone");
  settings.language = call.maybe("language");
  settings.filter_mx = call.maybe("filtermx");
  settings.spam_tag = call.maybe("spam_tag");
  settings.spam_folder = call.maybe("spam_folder");
  settings.spam_level = call.maybe("spam_level");
  return settings;
}

// The attribute or column of each type, as limits and counts name them.
struct TypeName {
  UserType type;
  std::string_view attribute;
  std::string_view count;
};
constexpr TypeName kTypeNames[] = {
    {UserType::Mailbox, "mailbox", "MAILBOX"},     {UserType::Forward, "forward_only", "FORWARD"},
    {UserType::Filter, "filter_only", "FILTER"},   {UserType::Alias, "alias", "ALIAS"},
    {UserType::Group, "mailing_list", "MAILING_LIST"},
};

}  // namespace

Answering create_domain(Call call) {
  co_return co_await call.api.domains.create(call.caller, {.name = call.text("domain"), .company = {}, .cluster = {}, .settings = settings_of(call)});
}

Answering change_domain(Call call) { co_return co_await call.api.domains.change(call.caller, call.text("domain"), settings_of(call)); }

Answering get_domain(Call call) {
  CO_TRY(const auto view, co_await call.api.domains.get(call.caller, call.text("domain")));
  const auto& domain = view.domain;
  std::string aliases;
  for (const auto& alias : view.aliases) aliases += (aliases.empty() ? "" : ",") + alias;
  co_return app::Record{{"DOMAIN", domain.name},
                        {"TIMEZONE", domain.timezone},
                        {"LANGUAGE", domain.language},
                        {"FILTERMX", domain.filter_mx},
                        {"SPAM_TAG", domain.spam.tag},
                        {"SPAM_FOLDER", domain.spam.folder},
                        {"SPAM_LEVEL", domain.spam.level},
                        {"CATCHALL_MAILBOX", view.catch_all},
                        {"ALIAS_LIST", aliases},
                        {"DISABLED", domain.is_disabled ? "T" : "F"},
                        {"PROVISIONING_STATE", view.is_queued ? "queued" : "applied"}};
}

Answering delete_domain(Call call) {
  CO_TRY(const auto cascade, call.flag("cascade", false));
  co_return co_await call.api.domains.erase(call.caller, call.text("domain"), cascade);
}

Answering create_domain_alias(Call call) { co_return co_await call.api.domains.create_alias(call.caller, call.text("domain"), call.text("alias")); }

Answering delete_domain_alias(Call call) { co_return co_await call.api.domains.erase_alias(call.caller, call.text("alias")); }

namespace {

// Reads on from where the last page ended, as long as there is more and the limit is not reached.
struct DomainsToCome {
  Call call;
  control::From from;
  std::uint64_t left;
  bool is_over = false;
};

io::Task<Result<Listing::Rows>> next_domains(std::shared_ptr<DomainsToCome> state) {
  Listing::Rows rows;
  if (state->is_over || state->left == 0) co_return rows;
  state->from.most = std::min(state->left, control::kPageMost);
  CO_TRY(auto page, co_await state->call.api.domains.list(state->call.caller, state->from));
  for (auto& name : page.rows) rows.push_back({std::move(name)});
  if (rows.size() > state->left) rows.resize(state->left);  // a domain's administrators see theirs on top of the page
  state->left -= std::min<std::uint64_t>(state->left, rows.size());
  state->from.place = std::move(page.next);
  state->is_over = state->from.place.empty();
  co_return rows;
}

struct MailboxesToCome {
  Call call;
  control::From from;
  bool is_over = false;
};

io::Task<Result<Listing::Rows>> next_mailboxes(std::shared_ptr<MailboxesToCome> state) {
  Listing::Rows rows;
  if (state->is_over) co_return rows;
  CO_TRY(auto page, co_await state->call.api.users.list(state->call.caller, state->call.text("domain"), state->from));
  for (auto& line : page.rows) rows.push_back({std::move(line.local), std::string(control::user_type_name(line.type)), std::move(line.workgroup)});
  state->from.place = std::move(page.next);
  state->is_over = state->from.place.empty();
  co_return rows;
}

}  // namespace

Answering get_company_domains(Call call) {
  CO_TRY(const auto limit, call.number("limit", UINT64_MAX));
  const auto state = std::make_shared<DomainsToCome>(DomainsToCome{call, {}, limit.value_or(UINT64_MAX)});
  CO_TRY(auto rows, co_await next_domains(state));
  co_return Listing{{"DOMAIN"}, std::move(rows), [state] { return next_domains(state); }};
}

Answering get_domain_brand(Call call) {
  CO_TRY(const auto view, co_await call.api.domains.get(call.caller, call.text("domain")));
  co_return app::Record{{"BRAND_CODE", view.domain.brand}};
}

Answering set_domain_brand(Call call) {
  control::DomainSettings settings;
  settings.brand = call.text("brand_code");
  co_return co_await call.api.domains.change(call.caller, call.text("domain"), std::move(settings));
}

Answering set_domain_admin(Call call) {
  CO_TRY(const auto state, call.flag("state", true));
  co_return co_await call.api.domains.set_administrator(call.caller, call.text("domain"), call.text("mailbox"), state);
}

// Without a mailbox, or with state F, nobody takes what no address takes.
Answering set_domain_catch_all_mailbox(Call call) {
  CO_TRY(const auto state, call.flag("state", true));
  auto mailbox = call.maybe("mailbox");
  if (!state || (mailbox && mailbox->empty())) mailbox.reset();
  co_return co_await call.api.domains.set_catch_all(call.caller, call.text("domain"), std::move(mailbox));
}

Answering set_domain_disabled_status(Call call) {
  CO_TRY(const auto disabled, call.flag("disabled", false));
  co_return co_await call.api.domains.set_disabled(call.caller, call.text("domain"), disabled);
}

Answering get_num_domain_mailboxes(Call call) {
  CO_TRY(const auto counts, co_await call.api.domains.count(call.caller, call.text("domain")));
  app::Record record;
  for (const auto& name : kTypeNames) record.emplace_back(name.count, std::to_string(counts.of(name.type)));
  record.emplace_back("CATCH_ALL", counts.has_catch_all ? "T" : "F");
  co_return record;
}

Answering get_domain_mailboxes(Call call) {
  const auto state = std::make_shared<MailboxesToCome>(MailboxesToCome{call, {}});
  CO_TRY(auto rows, co_await next_mailboxes(state));
  co_return Listing{{"MAILBOX", "TYPE", "WORKGROUP"}, std::move(rows), [state] { return next_mailboxes(state); }};
}

// An empty value: any number.
Answering get_domain_mailbox_limits(Call call) {
  CO_TRY(const auto view, co_await call.api.domains.get(call.caller, call.text("domain")));
  app::Record record;
  for (const auto& name : kTypeNames) {
    const auto most = view.domain.limits.of(name.type);
    record.emplace_back(upper(name.attribute), most ? std::to_string(*most) : "");
  }
  co_return record;
}

Answering set_domain_mailbox_limits(Call call) {
  std::vector<std::pair<UserType, std::optional<std::uint64_t>>> limits;
  for (const auto& name : kTypeNames) {
    if (call.request.find(name.attribute) == nullptr) continue;
    CO_TRY(const auto most, call.number(name.attribute, kMost));
    limits.emplace_back(name.type, most);
  }
  co_return co_await call.api.domains.set_limits(call.caller, call.text("domain"), std::move(limits));
}

}  // namespace postroad::appd
