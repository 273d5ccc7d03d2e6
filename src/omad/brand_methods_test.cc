#include "omad/brand_methods.h"

#include <doctest/doctest.h>

#include "omad/testing.h"

using namespace postroad;
using namespace postroad::omad::testing;
namespace json = boost::json;

TEST_CASE("a brand, from creation to deletion, and who bears it") {
  Face face;
  face.make_domain("example.com");
  face.ok("change_brand", R"({"brand":"April10","create_only":true,"attributes":{"display_name":"April","primary_color":"#00ff00"}})");
  CHECK(face.error("change_brand", R"({"company":"north","brand":"APRIL10","create_only":true})") == 7);
  face.ok("change_brand", R"({"company":"north.adm","brand":"April10","attributes":{"display_name":""}})");
  face.ok("change_domain", R"({"domain":"example.com","attributes":{"brand":"April10"}})");
  face.ok("change_user", R"({"user":"joe@example.com","attributes":{"password":"correct horse","brand":"April10"}})");
  const auto brand = face.ok("get_brand", R"({"brand":"april10"})");
  CHECK(json::serialize(brand.at("attributes")) == R"({"primary_color":"#00ff00"})");
  CHECK(brand.at("metadata").at("company") == "north");
  CHECK(brand.at("metadata").at("counts").at("total").to_number<int>() == 2);
  const auto found = face.ok("search_brands", R"({"criteria":{"match":"apr*"}})");
  CHECK(found.at("count").to_number<int>() == 1);
  CHECK(found.at("brands").at(0).at("counts").at("user").to_number<int>() == 1);
  const auto members = face.ok("search_brand_members", R"({"criteria":{"brand":"april10","type":["domain","user"]}})");
  CHECK(json::serialize(members.at("brand_members")) == R"([{"type":"domain","member":"example.com"},{"type":"user","member":"joe@example.com"}])");
  CHECK(face.ok("search_brand_members", R"({"criteria":{"brand":"april10"},"range":{"first":1,"limit":1}})").at("count").to_number<int>() == 1);
  CHECK(face.error("delete_brand", R"({"brand":"April10"})") == 21);
  face.ok("change_domain", R"({"domain":"example.com","attributes":{"brand":""}})");
  face.ok("delete_user", R"({"user":"joe@example.com"})");
  face.ok("delete_brand", R"({"brand":"April10"})");
  const auto gone = json::parse(face.post("get_brand", R"({"brand":"April10"})").body);
  CHECK(gone.at("error_number").to_number<int>() == 2);
  CHECK(gone.at("settable_attributes").as_array().size() > 10);
}

TEST_CASE("what is wrong about brands is told by its number") {
  Face face;
  const std::tuple<const char*, const char*, int> kCases[] = {
      {"change_brand", R"({"attributes":{}})", 5},
      {"change_brand", R"({"brand":"x","attributes":{"moon":"full"}})", 6},
      {"change_brand", R"({"brand":"x","attributes":{"logo_url":"javascript:1"}})", 6},
      {"change_brand", R"({"brand":"x","company":"south"})", 9},
      {"get_brand", R"({"brand":"x","company":"south"})", 9},
      {"delete_brand", R"({"brand":"x"})", 2},
      {"search_brands", R"({"criteria":{"company":"south"}})", 9},
      {"search_brand_members", R"({"criteria":{"brand":"x"}})", 2},
      {"search_brand_members", R"({"criteria":{"brand":"x","type":["planet"]}})", 6},
  };
  for (const auto& [method, members, number] : kCases) {
    CAPTURE(method);
    CAPTURE(members);
    CHECK(face.error(method, members) == number);
  }
  CHECK(face.ok("search_brands", R"({"criteria":{"deleted":true}})").at("count").to_number<int>() == 0);
}
