#include <doctest/doctest.h>

#include "omad/testing.h"

using namespace postroad;
using namespace postroad::omad::testing;
namespace json = boost::json;

namespace {

std::string of(const json::object& reply) { return R"({"change":")" + std::string(reply.at("change").as_string()) + "\"}"; }

}  // namespace

TEST_CASE("what became of a change: queued, then applied or refused, with times") {
  Face face;
  face.make_domain("example.com");
  face.control.disconnect();
  const auto made = face.ok("change_user", R"({"user":"Joe@example.com","attributes":{"password":"correct horse"}})");
  CHECK(made.at("state") == "queued");
  const auto waiting = face.ok("get_change", of(made));
  CHECK(waiting.at("change") == made.at("change"));
  CHECK(waiting.at("state") == "queued");
  CHECK(waiting.at("kind") == "account.put");
  CHECK(waiting.at("subject") == "Joe@example.com");
  CHECK_FALSE(waiting.at("cluster").as_string().empty());
  CHECK(waiting.at("position").to_number<int>() == 1);
  CHECK(waiting.at("queued_at").as_int64() > 1'000'000);
  CHECK(waiting.at("settled_at").is_null());
  face.control.settle();
  const auto done = face.ok("get_change", of(made));
  CHECK(done.at("state") == "applied");
  CHECK(done.at("settled_at").as_int64() >= done.at("queued_at").as_int64());
  CHECK_FALSE(done.contains("position"));
  CHECK(done.at("reason") == "");
  for (auto& [name, cluster] : face.control.clusters) cluster.refuses = [](const feed::Change&) { return std::optional<std::string>("it is full"); };
  const auto refused = face.ok("change_user", R"({"user":"ann@example.com","attributes":{"password":"correct horse"}})");
  face.control.settle();
  CHECK(face.ok("get_change", of(refused)).at("state") == "refused");
  CHECK(face.ok("get_change", of(refused)).at("reason") == "it is full");
  CHECK(face.error("get_change", "{}") == 5);
}

TEST_CASE("a change of another company is as one that is not there") {
  Face face;
  const auto south = control::testing::add_reseller(face.control, "south");
  const auto theirs = face.control.run(face.control.api->domains.create(south.caller, {.name = "south.test", .company = {}, .cluster = {}, .settings = {}})).value();
  const auto answer = [&](const std::string& id) {
    auto got = json::parse(face.post("get_change", R"({"change":")" + id + "\"}").body).as_object();
    got.erase("audit");
    return json::serialize(got);
  };
  CHECK(answer(theirs.change) == answer("c22222222222222222222222222"));
  CHECK(face.error("get_change", R"({"change":")" + theirs.change + "\"}") == 2);
}
