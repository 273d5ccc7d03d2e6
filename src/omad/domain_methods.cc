#include "control/errors.h"
#include "omad/method.h"

namespace postroad::omad {
namespace json = boost::json;
namespace {

constexpr std::size_t kNameBytes = 256;
constexpr std::size_t kTextBytes = 1000;

control::DomainSettings settings_of(oma::Fields& attributes) {
  control::DomainSettings made{.timezone = attributes.text("timezone", kTextBytes),
          .language = attributes.text("language", kTextBytes),
          .filter_mx = attributes.text("filtermx", kTextBytes),
          .spam_tag = attributes.text("spamtag", kTextBytes),
          .spam_folder = attributes.text("spamfolder", kTextBytes),
          .spam_level = attributes.text("spamlevel", kTextBytes),
          .brand = attributes.text("brand", kTextBytes)};
  attributes.no_others();
  return made;
}

}  // namespace

Answering get_domain(Call call) {
  oma::Fields request(call.members, "");
  const auto name = request.needed("domain", kNameBytes);
  CO_TRY_OK(request.result());
  CO_TRY(const auto view, co_await call.api.domains.get(call.caller, name));
  const auto& domain = view.domain;
  json::object attributes{{"domain", domain.name},
                          {"aliases", json::value_from(view.aliases)},
                          {"timezone", domain.timezone},
                          {"language", domain.language},
                          {"filtermx", domain.filter_mx},
                          {"spamtag", domain.spam.tag},
                          {"spamfolder", domain.spam.folder},
                          {"spamlevel", domain.spam.level},
                          {"brand", domain.brand},
                          {"catchall", view.catch_all},
                          {"disabled", domain.is_disabled}};
  json::object metadata{{"cluster", domain.cluster}, {"createtime", epoch(domain.created_at)}, {"queued", view.is_queued}};
  co_return Answer{{{"attributes", std::move(attributes)}, {"metadata", std::move(metadata)}}};
}

// Makes it, or changes it where it exists and `create_only` is not given.
Answering change_domain(Call call) {
  oma::Fields request(call.members, "");
  const auto name = request.needed("domain", kNameBytes);
  const auto create_only = request.flag("create_only").value_or(false);
  oma::Fields attributes(attributes_of(request), "attributes");
  auto settings = settings_of(attributes);
  request.join(attributes);
  CO_TRY_OK(request.result());
  if (!create_only) {
    auto changed = co_await call.api.domains.change(call.caller, name, settings);
    if (changed) co_return answer_of(*changed);
    if (changed.error().code != control::code::kNoDomain) co_return std::unexpected(std::move(changed).error());
  }
  CO_TRY(const auto receipt, co_await call.api.domains.create(call.caller, {.name = name, .company = {}, .cluster = {}, .settings = std::move(settings)}));
  co_return answer_of(receipt);
}

Answering delete_domain(Call call) {
  oma::Fields request(call.members, "");
  const auto name = request.needed("domain", kNameBytes);
  CO_TRY_OK(request.result());
  CO_TRY(const auto receipt, co_await call.api.domains.erase(call.caller, name, false));
  co_return answer_of(receipt);
}

}  // namespace postroad::omad
