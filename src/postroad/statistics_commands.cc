#include <CLI/CLI.hpp>

#include "control/operator_statistics.h"
#include "postroad/asking.h"
#include "postroad/commands.h"

namespace postroad::wiring {
namespace {

class Commands : public OperatorCommands {
 public:
  explicit Commands(CLI::App& app) {
    statistics_ = app.add_subcommand("statistics", "What was counted: see it, hold it against what it is made of");
    statistics_->require_subcommand(1);
    const auto verb = [this](const char* name, const char* help) {
      auto* const command = statistics_->add_subcommand(name, help);
      command->add_option("--dir", folder_, "The data folder")->capture_default_str();
      command->add_flag("--json", request_.is_json, "The answer as JSON");
      return command;
    };
    const auto of = [this](CLI::App* command) {
      command->add_option("scope", request_.scope, "user, domain, company or cluster")->required();
      command->add_option("object", request_.object, "An address, a domain, a company's .adm domain, a cluster's name")->required();
      return command;
    };
    auto* const show = of(verb("show", "Figures of the last periods, the current one last"));
    show->add_option("--by", request_.by, "hour, day, week or month")->capture_default_str();
    show->add_option("--count", request_.count, "How many periods")->check(CLI::Range(1, 400))->capture_default_str();
    of(verb("snapshot", "The CSV of a period that is over: 2026-11-24, 2026-W48, 2026-11"))->add_option("date", request_.date, "The period")->required();
    verb("verify", "Hold all figures of control against what they are made of, now; mark and put right what is wrong");
    verb("corrections", "What was found wrong lately, newest first")->add_option("--count", request_.count, "How many")->check(CLI::Range(1, 1000))->capture_default_str();
  }

  bool is_given() const override { return statistics_->parsed(); }
  int run() override {
    request_.command = statistics_->get_subcommands().front()->get_name();
    return ask(folder_ / "control/operator.sock", [this](io::Loop& loop, io::Stream& stream) { return control::ask_statistics(loop, stream, request_); });
  }

 private:
  CLI::App* statistics_ = nullptr;
  Path folder_ = "demo";
  control::StatisticsRequest request_;
};

}  // namespace

std::unique_ptr<OperatorCommands> add_statistics_commands(CLI::App& app) { return std::make_unique<Commands>(app); }

}  // namespace postroad::wiring
