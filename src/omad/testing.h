#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "control/testing.h"
#include "omad/service.h"

// A control plane with a reseller `north`, its clusters connected, and an OMA service: for tests.
namespace postroad::omad::testing {

struct Face {
  explicit Face(Options options = {}, control::Options chosen = control::testing::test_options()) : control(1, std::move(chosen)) {
    control.connect();
    reseller = control::testing::add_reseller(control, "north");
    REQUIRE(control.run(control.api->companies.put_administrator(control::Caller::system(), "north.adm", "admin", "secret-north")));
    service = std::make_unique<Service>(*control.loop, *control.api, control.log, control.metrics, options);
  }
  ~Face() { control.stop(); }

  http::Response post_raw(const std::string& method, std::string body) {
    return control.run(service->answer({"POST", "/api/" + method, {}, std::move(body), "192.0.2.1"}));
  }
  // `members`: an object, to which the credentials are added.
  http::Response post(const std::string& method, const std::string& members) {
    auto request = boost::json::parse(members).as_object();
    request["credentials"] = {{"user", user}, {"password", password}};
    return post_raw(method, boost::json::serialize(request));
  }
  boost::json::object ok(const std::string& method, const std::string& members) {
    const auto got = post(method, members);
    CAPTURE(method);
    CAPTURE(got.body);
    CHECK(got.body.starts_with("{\"success\":true, "));
    return boost::json::parse(got.body).as_object();
  }
  // Its number.
  std::int64_t error(const std::string& method, const std::string& members) {
    const auto got = post(method, members);
    CAPTURE(method);
    CAPTURE(got.body);
    CHECK(got.body.starts_with("{\"success\":false, "));
    const auto parsed = boost::json::parse(got.body).as_object();
    return parsed.contains("error_number") ? parsed.at("error_number").as_int64() : -1;
  }
  void make_domain(const std::string& name) {
    REQUIRE(control.run(control.api->domains.create(reseller.caller, {.name = name, .company = {}, .cluster = {}, .settings = {}})));
  }

  control::testing::Control control;
  control::testing::Reseller reseller;
  std::unique_ptr<Service> service;
  std::string user = "admin@north.adm";
  std::string password = "secret-north";
};

}  // namespace postroad::omad::testing
