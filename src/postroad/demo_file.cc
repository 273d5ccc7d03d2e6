#include "postroad/demo_file.h"

#include <boost/json.hpp>

namespace postroad::wiring {
namespace json = boost::json;

std::string demo_text(const control::Demo& demo) {
  json::array accounts;
  json::array administrators;
  json::array probes;
  for (const auto& it : demo.accounts) accounts.push_back(json::object{{"address", it.address}, {"password", it.password}, {"cluster", it.cluster}});
  for (const auto& it : demo.administrators) administrators.push_back(json::object{{"user", it.user}, {"domain", it.domain}, {"password", it.password}});
  for (const auto& it : demo.probes)
    probes.push_back(json::object{
        {"cluster", it.cluster}, {"domain", it.domain}, {"user", it.user}, {"admin_domain", it.admin_domain}, {"password", it.password}});
  return json::serialize(json::object{{"accounts", accounts}, {"administrators", administrators}, {"probes", probes}}) + "\n";
}

Result<control::Demo> parse_demo(std::string_view text) {
  control::Demo demo;
  const auto word = [](const json::value& value, const char* name) { return std::string(value.at(name).as_string()); };
  try {
    const auto parsed = json::parse(json::string_view(text.data(), text.size()));
    for (const auto& it : parsed.at("accounts").as_array())
      demo.accounts.push_back({word(it, "address"), word(it, "password"), word(it, "cluster")});
    for (const auto& it : parsed.at("administrators").as_array())
      demo.administrators.push_back({word(it, "user"), word(it, "domain"), word(it, "password")});
    for (const auto& it : parsed.at("probes").as_array())
      demo.probes.push_back({word(it, "cluster"), word(it, "domain"), word(it, "user"), word(it, "admin_domain"), word(it, "password")});
  } catch (const std::exception& failed) {  // Boost.JSON's way to say that a member is missing or of another type
    return fail(Fault::Broken, std::string("control/demo.json is damaged: ") + failed.what());
  }
  return demo;
}

}  // namespace postroad::wiring
