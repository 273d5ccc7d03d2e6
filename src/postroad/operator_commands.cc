#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>

#include "control/operator.h"
#include "io/reader.h"
#include "postroad/account_commands.h"
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
    families_.push_back(add_company_commands(app));
    families_.push_back(add_administrator_commands(app));
    families_.push_back(add_audit_command(app));
  }

  bool is_given() const override {
    return provisioning_->parsed() || incident_->parsed() || migration_->was_given() || std::ranges::any_of(families_, [](const auto& family) { return family->was_given(); });
  }
  int run() override {
    if (*provisioning_) return run_provisioning();
    if (migration_->was_given()) return migration_->run();
    for (const auto& family : families_)
      if (family->was_given()) return family->run();
    return run_incident();
  }

 private:
  void add_provisioning(CLI::App& app) {
    provisioning_ = app.add_subcommand("provisioning", "See and steer the provisioning queue");
    provisioning_->require_subcommand(1);
    const auto verb = [this](const char* name, const char* help, std::string_view of = {}) {
      auto* const command = provisioning_->add_subcommand(name, help);
      command->add_option("--dir", folder_, "The data folder")->capture_default_str();
      command->add_flag("--json", request_.is_json, "The answer as JSON");
      if (of == "cluster") command->add_option("cluster", request_.cluster, "The cluster's name")->required();
      if (of == "client")
        command->add_option("client", request_.client, "A company's admin domain, as `clients` shows it; for a bulk job with /JOB behind it")->required();
      return command;
    };
    const auto most = [this](CLI::App* command) {
      command->add_option("--most", request_.most, "How many")->check(CLI::Range(1, 10'000))->capture_default_str();
      return command;
    };
    const auto filter = [this](CLI::App* command) {
      command->add_option("--client", request_.client, "Of this client");
      command->add_option("--kind", request_.kind, "Of this kind: account.put, domain.delete, ...");
      command->add_option("--domain", request_.domain, "Of this domain and the addresses in it");
      command->add_option("--older-than", request_.older_than, "Accepted at least so many seconds ago");
      return command;
    };
    verb("state", "Each cluster's queue: length, age of the oldest change, rate, time until it is empty, heaviest clients");
    verb("pause", "Hand no more changes to a cluster; requests are accepted and queued", "cluster");
    verb("resume", "Hand changes to a cluster again", "cluster");
    auto* const list = most(filter(verb("list", "What waits, oldest first")));
    list->add_option("cluster", request_.cluster, "For this cluster");
    auto* const history = most(filter(verb("history", "What is settled, newest first")));
    history->add_option("--cluster", request_.cluster, "At this cluster");
    most(verb("clients", "Who has changes waiting, the heaviest first, and who is held or slowed"));
    verb("hold", "Hand out nothing of a client's; its requests are accepted and queued", "client");
    verb("throttle", "Hand out so many of a client's changes an hour", "client")
        ->add_option("--per-hour", request_.per_hour, "How many")
        ->required()
        ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000'000}));
    verb("release", "Take a client's hold or rate away", "client");
    auto* const cancel = filter(verb("cancel", "Cancel what waits and what depends on it; too late for what is in a feed"));
    cancel->add_option("--cluster", request_.cluster, "For this cluster");
    cancel->add_flag("--all", request_.is_all, "Everything that waits");
    cancel->add_flag("--dry-run", request_.is_dry_run, "Only say how many that would be");
    verb("cancellations", "What was cancelled since the last start, and how far that is");
    verb("retry", "Ask again for a change that was refused or cancelled")->add_option("change", request_.change, "Its id")->required();
    most(verb("levers", "What operators did to the queue, newest first"));
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
    return ask(folder_ / "control/operator.sock", [this](io::Loop& loop, io::Stream& stream) { return control::ask_operator(loop, stream, request_); });
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
               [text = json::serialize(request)](io::Loop&, io::Stream& stream) { return ask_status(stream, text); });
  }

  Path folder_ = "demo";
  CLI::App* provisioning_ = nullptr;
  control::OperatorRequest request_;
  std::unique_ptr<MigrationCommands> migration_;
  std::vector<std::unique_ptr<CommandFamily>> families_;
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
