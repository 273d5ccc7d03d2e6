#include <doctest/doctest.h>

#include "control/testing.h"
#include "omad/testing.h"

using namespace postroad;
using namespace postroad::omad::testing;
namespace json = boost::json;

namespace {

struct Bulk : Face {
  Bulk() {
    make_domain("example.com");
    ok("create_workgroup", R"({"domain":"example.com","workgroup":"staff"})");
  }
  json::object job(const std::string& method, const std::string& id) { return ok(method, json::serialize(json::object{{"job", id}})); }
  json::object finish(const std::string& id) {
    for (int turn = 0; turn < 1000; ++turn) {
      const auto got = job("bulk_status", id);
      if (got.at("state").as_string() != "running") return got;
      control.world.run_for(std::chrono::milliseconds(100));
    }
    return {};
  }
};

}  // namespace

TEST_CASE("bulk jobs: checked, done, fetched with passwords, undone") {
  Bulk face;
  const char* const kFile = R"("data":"address,workgroup\njoe@example.com,staff\njoe@example.com,staff\n", "generate_passwords":true)";
  const auto check = face.ok("bulk_add", std::string("{\"check\":true, ") + kFile + "}");
  const auto checked = face.finish(std::string(check.at("job").as_string()));
  CHECK(checked.at("state").as_string() == "done");
  CHECK(checked.at("accepted").to_number<int>() == 1);
  CHECK(checked.at("failed").to_number<int>() == 1);
  CHECK(face.error("get_user", R"({"user":"joe@example.com"})") == 2);

  const auto id = std::string(face.ok("bulk_add", std::string("{\"name\":\"spring\", ") + kFile + "}").at("job").as_string());
  CHECK(face.finish(id).at("passwords").to_number<int>() == 1);
  const auto result = face.ok("bulk_result", json::serialize(json::object{{"job", id}, {"passwords", true}}));
  const auto& rows = result.at("rows").as_array();
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].at("verdict").as_string() == "applied");
  CHECK(rows[0].at("password").as_string().size() == 22);
  CHECK(rows[1].at("code").as_string() == "USER_EXISTS");
  const auto again = face.ok("bulk_result", json::serialize(json::object{{"job", id}, {"passwords", true}}));
  CHECK_FALSE(again.at("rows").as_array()[0].as_object().contains("password"));

  const auto jobs = face.ok("bulk_jobs", "{}");
  CHECK(jobs.at("jobs").as_array().size() == 2);
  const auto undo = face.job("bulk_undo", id);
  CHECK(face.finish(std::string(undo.at("job").as_string())).at("accepted").to_number<int>() == 1);
  CHECK(face.error("get_user", R"({"user":"joe@example.com"})") == 2);
}

TEST_CASE("bulk jobs: in pieces, and what can't be") {
  Bulk face;
  const auto id = std::string(face.ok("bulk_add", R"({"format":"jsonl", "window":"22:00-22:30 Europe/Berlin", "rate":"20"})").at("job").as_string());
  face.ok("bulk_append", json::serialize(json::object{{"job", id}, {"offset", 0}, {"data", "{\"addr"}, {"more", true}}));
  CHECK(face.error("bulk_append", json::serialize(json::object{{"job", id}, {"offset", 0}, {"data", "{\"addr"}})) == 27);
  const auto got = face.ok("bulk_append", json::serialize(json::object{{"job", id}, {"offset", 6}, {"data", "ess\":\"a@example.com\"}"}}));
  CHECK(got.at("rows").to_number<int>() == 1);
  CHECK(got.at("window").as_string() == "22:00-22:30 Europe/Berlin");
  face.job("bulk_pause", id);
  face.job("bulk_resume", id);
  CHECK(face.error("bulk_approve", json::serialize(json::object{{"job", id}})) == 4);
  CHECK(face.job("bulk_cancel", id).at("state").as_string() == "cancelled");
  CHECK(face.error("bulk_status", R"({"job":"j22222222222222222222222222"})") == 2);
  CHECK(face.error("bulk_status", "{}") == 5);
  CHECK(face.error("bulk_add", R"({"data":"address,colour\n"})") == 6);
  CHECK(face.error("bulk_add", R"({"rate":0})") == 6);
  CHECK(face.error("bulk_add", R"({"window":"never"})") == 6);
  CHECK(face.error("bulk_add", R"({"format":"xml"})") == 5);
  CHECK(face.error("bulk_append", json::serialize(json::object{{"job", id}, {"data", "x"}})) == 5);
}
