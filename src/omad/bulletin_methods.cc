#include "omad/bulletin_methods.h"

#include "omad/user_attributes.h"

namespace postroad::omad {
namespace json = boost::json;

using control::BulletinOwner;
using control::BulletinType;

namespace {

// Which: a company's where `of_domain` is false.
struct Named {
  BulletinOwner owner;
  std::string name;
  BulletinType type = BulletinType::Manual;
};
Named named(oma::Fields& request, bool of_domain) {
  Named made;
  if (of_domain) made.owner.domain = request.needed("domain", kNameBytes);
  else made.owner.company = admin_domain_of(request.needed("company", kNameBytes));
  made.name = request.needed("bulletin", kNameBytes);
  static_cast<void>(request.needed("type", 32));
  if (const auto type = request.word("type", control::parse_bulletin_type)) made.type = *type;
  return made;
}

// Without a text it is deleted.
Answering change(Call call, bool of_domain) {
  oma::Fields request(call.members, "");
  auto what = named(request, of_domain);
  auto text = request.text("bulletin_text", control::kBulletinBytes, true);
  CO_TRY_OK(request.result());
  CO_TRY(const auto receipt, co_await call.api.bulletins.put(call.caller, std::move(what.owner), what.type, std::move(what.name), std::move(text)));
  co_return answer_of(receipt);
}

Answering get(Call call, bool of_domain) {
  oma::Fields request(call.members, "");
  auto what = named(request, of_domain);
  CO_TRY_OK(request.result());
  CO_TRY(const auto bulletin, co_await call.api.bulletins.get(call.caller, std::move(what.owner), what.type, std::move(what.name)));
  co_return Answer{{{"bulletin_text", json::string(bulletin.text)}}};
}

// `delivered` says that nobody was sent it.
Answering post(Call call, bool of_domain) {
  oma::Fields request(call.members, "");
  auto what = named(request, of_domain);
  request.ignore("test_email");
  CO_TRY_OK(request.result());
  CO_TRY(const auto receipt, co_await call.api.bulletins.post(call.caller, std::move(what.owner), what.type, std::move(what.name)));
  auto answer = answer_of(receipt);
  answer.members.emplace_back("delivered", 0);
  co_return answer;
}

}  // namespace

Answering change_company_bulletin(Call call) { return change(std::move(call), false); }
Answering get_company_bulletin(Call call) { return get(std::move(call), false); }
Answering post_company_bulletin(Call call) { return post(std::move(call), false); }
Answering change_domain_bulletin(Call call) { return change(std::move(call), true); }
Answering get_domain_bulletin(Call call) { return get(std::move(call), true); }
Answering post_domain_bulletin(Call call) { return post(std::move(call), true); }

json::object show_bulletins(const std::vector<control::Bulletin>& bulletins) {
  json::array automatic;
  json::array manual;
  for (const auto& bulletin : bulletins) {
    json::object one{{"bulletin", bulletin.name}, {"changetime", epoch(bulletin.changed_at)}};
    if (bulletin.posted_at) one["posttime"] = epoch(*bulletin.posted_at);
    (bulletin.type == BulletinType::Auto ? automatic : manual).push_back(std::move(one));
  }
  return {{"auto", std::move(automatic)}, {"manual", std::move(manual)}};
}

}  // namespace postroad::omad
