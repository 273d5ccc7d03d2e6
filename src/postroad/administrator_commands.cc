#include <CLI/CLI.hpp>

#include "postroad/account_commands.h"
#include "postroad/account_report.h"
#include "postroad/commands.h"

namespace postroad::wiring {
namespace json = boost::json;
using io::Task;

namespace {

// A verb, and what control calls it.
struct Verb {
  const char* name;
  const char* command;
  const char* help;
};
constexpr Verb kVerbs[] = {
    {"create", "administrator_create", "Make one more administrator of a company"},
    {"list", "administrator_list", "A company's administrators"},
    {"password", "administrator_password", "Set an administrator's password"},
    {"reset-totp", "administrator_reset_totp", "Take away a second factor whose device and recovery codes are lost"},
    {"unlock", "administrator_unlock", "Forget wrong passwords and codes, of an administrator or from an address"},
    {"delete", "administrator_delete", "Delete an administrator, with roles and tokens"},
    {"tokens", "token_list", "An administrator's tokens"},
    {"revoke", "token_revoke", "Revoke a token, and what was made by it"},
};

class Administrator : public CommandFamily {
 public:
  explicit Administrator(CLI::App& app) {
    app_ = app.add_subcommand("administrator", "Who administers companies: make, see, let in again and shut out");
    app_->require_subcommand(1);
    for (const auto& each : kVerbs) {
      auto* const command = add_verb(app_, asked_, each.name, each.help);
      const std::string name = each.name;
      const bool is_list = name == "list";
      auto* const who = command->add_option(is_list ? "admin_domain" : "administrator", asked_.name, is_list ? "The administrators' domain: north.adm" : "As admin@north.adm");
      if (name == "unlock") command->add_option("--address", address_, "All of this address's network, instead of a name")->excludes(who);
      else who->required();
      if (name == "create") command->add_option("--role", role_, "company, company_mail, company_ro, company_view or company_token_only")->capture_default_str();
      if (name == "create" || name == "password") add_password(command, password_);
      if (name == "revoke") command->add_option("--id", id_, "Only this one, as `tokens` shows it; else all");
    }
  }

  bool was_given() const override { return app_->parsed(); }

  int run() override {
    const auto name = app_->get_subcommands().front()->get_name();
    const auto* const verb = std::ranges::find_if(kVerbs, [&](const Verb& each) { return name == each.name; });
    if (name == "unlock" && asked_.name.empty() && address_.empty()) return complain({Fault::Syntax, "name an administrator, or an --address", {}});
    json::object request{{"command", verb->command}, {"company", asked_.name}, {"user", asked_.name}, {"role", role_}, {"address", address_}, {"id", id_}};
    std::string generated;
    if (name == "create" || name == "password") {
      auto password = read_password(password_);
      if (!password) return complain(password.error());
      request["password"] = *password;
      if (password_.is_generated) generated = std::move(*password);
    }
    return ask(asked_.folder / "control/operator.sock", [&](io::Loop&, io::Stream& stream) { return converse(stream, name, std::move(request), generated); });
  }

 private:
  Task<Result<std::string>> converse(io::Stream& stream, std::string name, json::object request, std::string generated) const {
    CO_TRY(const auto answer, co_await ask_control(stream, std::move(request)));
    if (name == "list") co_return administrator_table(answer);
    if (name == "tokens") co_return token_table(answer);
    if (name == "create" || name == "password") co_return password_note(asked_.name, generated);
    if (name == "revoke") co_return asked_.name + ": " + std::to_string(number_of(answer, "count")) + " revoked\n";
    if (name == "unlock") co_return (asked_.name.empty() ? address_ : asked_.name) + ": " + std::to_string(number_of(answer, "count")) + " counts forgotten\n";
    co_return asked_.name + (name == "delete" ? ": deleted\n" : ": signs in by the password alone again\n");
  }

  CLI::App* app_;
  Asked asked_;
  std::string role_ = "company";
  std::string address_;
  std::string id_;
  PasswordSource password_;
};

class Audit : public CommandFamily {
 public:
  explicit Audit(CLI::App& app) {
    app_ = app.add_subcommand("audit", "Who changed what, newest first");
    app_->add_option("--dir", folder_, "The data folder")->capture_default_str();
    for (auto& [name, value, help] : words_) app_->add_option(std::string("--") + name, value, help);
    app_->add_option("--from", from_, "From this time on, in UTC: 2026-11-25, 2026-11-25T14:30");
    app_->add_option("--until", until_, "Before this time");
    app_->add_option("--most", most_, "How many")->check(CLI::Range(1, 100'000))->capture_default_str();
    app_->add_flag("--json", is_json_, "For programs: with ids, and each field as it is kept");
  }

  bool was_given() const override { return app_->parsed(); }

  int run() override {
    json::object request{{"command", "audit"}};
    for (const auto& word : words_) request[word.name] = word.value;
    for (const auto& [name, text] : {std::pair("from", from_), std::pair("until", until_)}) {
      if (text.empty()) continue;
      const auto moment = parse_moment(text);
      if (!moment) return complain(moment.error());
      request[name] = *moment;
    }
    return ask(folder_ / "control/operator.sock", [&](io::Loop&, io::Stream& stream) { return converse(stream, std::move(request)); });
  }

 private:
  Task<Result<std::string>> converse(io::Stream& stream, json::object request) const {
    json::array entries;
    std::string after;
    do {
      request["after"] = after;
      request["most"] = std::min<std::uint64_t>(most_ - entries.size(), 1000);
      CO_TRY(const auto answer, co_await ask_control(stream, request));
      for (const auto& each : answer.at("entries").as_array()) entries.push_back(each);
      after = text_of(answer, "after");
    } while (!after.empty() && entries.size() < most_);
    const json::object all{{"entries", std::move(entries)}};
    co_return is_json_ ? json::serialize(all) + "\n" : audit_table(all);
  }

  struct Word {
    const char* name;
    std::string value;
    const char* help;
  };
  CLI::App* app_;
  Path folder_ = "demo";
  Word words_[5] = {{"user", {}, "Of this user or administrator, whatever its name was then"},
                    {"domain", {}, "Of this domain and all in it"},
                    {"company", {}, "Of this company and all below it, by its administrators' domain"},
                    {"actor", {}, "By this administrator"},
                    {"kind", {}, "Of this kind: account.put, password.set, token.put"}};
  std::string from_;
  std::string until_;
  std::uint64_t most_ = 100;
  bool is_json_ = false;
};

}  // namespace

std::unique_ptr<CommandFamily> add_administrator_commands(CLI::App& app) { return std::make_unique<Administrator>(app); }
std::unique_ptr<CommandFamily> add_audit_command(CLI::App& app) { return std::make_unique<Audit>(app); }

}  // namespace postroad::wiring
