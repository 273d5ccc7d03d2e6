#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <cstdio>

#include "control/operator.h"
#include "io/reader.h"
#include "postroad/asking.h"
#include "postroad/commands.h"

namespace postroad::wiring {
namespace json = boost::json;
using io::Task;

namespace {

Task<Result<std::string>> ask_status(io::Stream& stream, std::string request) {
  request += "\n";
  co_await stream.write(request);
  io::Reader reader(stream);
  const auto line = co_await reader.line(kAnswerBytes);
  boost::system::error_code failed;
  const auto parsed = json::parse(json::string_view(line->data(), line->size()), failed);
  if (failed) co_return fail(Fault::Broken, "the status plane's answer is not JSON");
  if (!parsed.at("ok").as_bool()) co_return fail(Fault::Refused, std::string(parsed.at("error").as_string()));
  std::string shown;
  for (const auto& incident : parsed.at("incidents").as_array())
    shown += "incident " + json::serialize(incident.at("number")) + "  " + std::string(incident.at("state").as_string()) + "  " +
             std::string(incident.at("changed_at").as_string()) + "  " + std::string(incident.at("title").as_string()) + "\n    " +
             std::string(incident.at("url").as_string()) + "\n";
  co_return shown.empty() ? "no incident has been posted\n" : shown;
}

class Commands : public OperatorCommands {
 public:
  explicit Commands(CLI::App& app) {
    add_provisioning(app);
    add_incident(app);
    migration_ = add_migration_commands(app);
  }

  bool is_given() const override { return provisioning_->parsed() || incident_->parsed() || migration_->was_given(); }
  int run() override {
    if (*provisioning_) return run_provisioning();
    if (migration_->was_given()) return migration_->run();
    return run_incident();
  }

 private:
  void add_provisioning(CLI::App& app) {
    provisioning_ = app.add_subcommand("provisioning", "See and steer the provisioning queue");
    provisioning_->require_subcommand(1);
    const auto verb = [this](const char* name, const char* help, bool needs_cluster) {
      auto* const command = provisioning_->add_subcommand(name, help);
      command->add_option("--dir", folder_, "The data folder")->capture_default_str();
      if (needs_cluster) command->add_option("cluster", request_.cluster, "The cluster's name")->required();
      return command;
    };
    verb("state", "Each cluster's queue: paused or not, length, age of the oldest change", false);
    verb("pause", "Hand no more changes to a cluster; requests are accepted and queued", true);
    verb("resume", "Hand changes to a cluster again", true);
    verb("list", "What waits for a cluster, oldest first", true)
        ->add_option("--most", request_.most, "How many")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
  }

  void add_incident(CLI::App& app) {
    incident_ = app.add_subcommand("incident", "Tell the public what is the matter, on the status page");
    incident_->require_subcommand(1);
    post_ = incident_->add_subcommand("post", "Open an incident, or add an update to one; the state online closes it");
    post_->add_option("--dir", folder_, "The data folder")->capture_default_str();
    auto* const number = post_->add_option("--number", number_, "The incident to add to; without it a new one is opened");
    number->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000'000}));
    post_->add_option("--title", title_, "The title of a new one")->excludes(number);
    post_->add_option("--component", components_, "What a new one concerns: a-imap, b-provisioning, ...; without it everything")->excludes(number);
    post_->add_option("--state", state_, "online, degraded, maintenance or offline")->required();
    auto* const text = post_->add_option_group("what the public reads");
    text->add_option("--text", text_, "What the public reads");
    text->add_option("--text-file", text_file_, "The same from a file; -: from standard input");
    text->require_option(1);
    list_ = incident_->add_subcommand("list", "All incidents, newest first");
    list_->add_option("--dir", folder_, "The data folder")->capture_default_str();
  }

  int run_provisioning() {
    request_.command = provisioning_->get_subcommands().front()->get_name();
    return ask(folder_ / "control/operator.sock", [this](io::Stream& stream) { return control::ask_operator(stream, request_); });
  }

  int run_incident() {
    json::object request{{"do", "list"}};
    if (*post_) {
      if (!text_file_.empty()) {
        auto read = read_file(text_file_ == "-" ? "/dev/stdin" : text_file_);
        if (!read) return complain(read.error());
        text_ = std::move(*read);
      }
      request = {{"do", "post"}, {"title", title_}, {"text", text_}, {"state", state_}};
      if (number_ > 0) request["incident"] = number_;
      if (!components_.empty()) request["components"] = json::value_from(components_);
    }
    return ask(folder_ / "status/operator.sock",
               [text = json::serialize(request)](io::Stream& stream) { return ask_status(stream, text); });
  }

  Path folder_ = "demo";
  CLI::App* provisioning_ = nullptr;
  control::OperatorRequest request_;
  std::unique_ptr<MigrationCommands> migration_;
  CLI::App* incident_ = nullptr;
  CLI::App* post_ = nullptr;
  CLI::App* list_ = nullptr;
  std::int64_t number_ = 0;
  std::string title_;
  std::string text_;
  std::string text_file_;
  std::string state_;
  std::vector<std::string> components_;
};

}  // namespace

std::unique_ptr<OperatorCommands> add_operator_commands(CLI::App& app) { return std::make_unique<Commands>(app); }

}  // namespace postroad::wiring
