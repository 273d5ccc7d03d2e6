#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "postroad/account_commands.h"
#include "postroad/account_report.h"
#include "postroad/commands.h"
#include "sasl/seal.h"

namespace postroad::wiring {
namespace json = boost::json;
using io::Task;

namespace {

constexpr std::string_view kResources[] = {"domains", "mailboxes", "storage", "messages"};

class Company : public CommandFamily {
 public:
  explicit Company(CLI::App& app) {
    app_ = app.add_subcommand("company", "The companies that sell mailboxes: make, see, limit and delete them");
    app_->require_subcommand(1);
    auto* const create = verb("create", "Make a company, and its first administrator");
    create->add_option("admin_domain", asked_.name, "Where its administrators sign in: north.adm")->required();
    create->add_option("--name", name_, "What it is called; else as its administrators' domain");
    create->add_option("--under", under_, "The company above it, by its administrators' domain; else there is none");
    create->add_option("--cluster", cluster_, "Where its domains go; else where the company above's do");
    add_limits(create);
    create->add_option("--administrator", administrator_, "The first administrator's name; empty: none is made")->capture_default_str();
    add_password(create, password_);
    auto* const list = verb("list", "Companies, with what they use and may have");
    list->add_option("--under", under_, "Only those below this one");
    list->add_option("--match", match_, "Only those whose name or administrators' domain matches, with ? and *");
    list->add_option("--first", first_, "How many to leave out")->check(CLI::Range(0, 1'000'000));
    list->add_option("--most", most_, "How many")->check(CLI::Range(1, 1000))->capture_default_str();
    verb("show", "One company: limits, use, administrators")->add_option("admin_domain", asked_.name, "Its administrators' domain")->required();
    auto* const limits = verb("limits", "Set what a company may have; what is not named stays");
    limits->add_option("admin_domain", asked_.name, "Its administrators' domain")->required();
    add_limits(limits);
    verb("delete", "Delete a company without domains and companies, with its administrators")
        ->add_option("admin_domain", asked_.name, "Its administrators' domain")
        ->required();
  }

  bool was_given() const override { return app_->parsed(); }

  int run() override {
    const auto name = app_->get_subcommands().front()->get_name();
    json::object request{{"command", "company_" + name}, {"company", asked_.name}};
    std::string generated;
    if (const auto made = name == "create" ? add_new(request, generated) : add_other(request); !made) return complain(made.error());
    return ask(asked_.folder / "control/operator.sock", [&](io::Loop&, io::Stream& stream) { return converse(stream, name, std::move(request), generated); });
  }

 private:
  CLI::App* verb(const char* name, const char* help) { return add_verb(app_, asked_, name, help); }

  void add_limits(CLI::App* command) {
    for (std::size_t at = 0; at < std::size(kResources); ++at)
      command->add_option("--" + std::string(kResources[at]), limits_[at],
                          at == 2 ? "Most storage that its mailboxes' quotas promise: 500GiB, or none" : "Most " + std::string(kResources[at]) + (at == 3 ? " a day" : "") + ", or none");
  }

  Result<> add_limits_to(json::object& request) const {
    json::object limits;
    for (std::size_t at = 0; at < std::size(kResources); ++at) {
      if (limits_[at].empty()) continue;
      TRY(limits[kResources[at]], parse_limit(limits_[at]));
    }
    if (!limits.empty()) request["limits"] = std::move(limits);
    return {};
  }

  Result<> add_new(json::object& request, std::string& generated) {
    request["admin_domain"] = asked_.name;
    request["name"] = name_.empty() ? asked_.name.substr(0, asked_.name.rfind(".adm")) : name_;
    request["parent"] = under_;
    request["cluster"] = cluster_;
    TRY_OK(add_limits_to(request));
    if (administrator_.empty()) return {};
    request["administrator"] = administrator_;
    TRY(auto password, read_password(password_));
    request["password"] = password;
    if (password_.is_generated) generated = std::move(password);
    return {};
  }

  Result<> add_other(json::object& request) const {
    request["under"] = under_;
    request["match"] = match_;
    request["first"] = first_;
    request["limit"] = most_;
    return add_limits_to(request);
  }

  Task<Result<std::string>> converse(io::Stream& stream, std::string name, json::object request, std::string generated) const {
    const auto who = administrator_ + "@" + asked_.name;
    CO_TRY(const auto answer, co_await ask_control(stream, std::move(request)));
    if (name == "list") co_return company_table(answer);
    if (name == "delete") co_return asked_.name + ": deleted\n";
    if (name != "create") co_return company_page(answer);
    co_return company_page(answer) + (administrator_.empty() ? std::string() : password_note(who, generated));
  }

  CLI::App* app_;
  Asked asked_;
  std::string name_;
  std::string under_;
  std::string cluster_;
  std::string match_;
  std::string limits_[std::size(kResources)];
  std::string administrator_ = "admin";
  PasswordSource password_;
  std::uint64_t first_ = 0;
  std::uint64_t most_ = 100;
};

}  // namespace

CLI::App* add_verb(CLI::App* family, Asked& asked, const char* name, const char* help) {
  auto* const command = family->add_subcommand(name, help);
  command->add_option("--dir", asked.folder, "The data folder")->capture_default_str();
  return command;
}

void add_password(CLI::App* command, PasswordSource& source) {
  auto* const file = command->add_option("--password-file", source.file, "A file whose first line is the password; -: standard input. Else it is asked for");
  command->add_flag("--generate", source.is_generated, "Make a password of 128 bits, and print it once")->excludes(file);
}

std::unique_ptr<CommandFamily> add_company_commands(CLI::App& app) { return std::make_unique<Company>(app); }

}  // namespace postroad::wiring
