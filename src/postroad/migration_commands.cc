#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <cstdio>

#include "migration/report.h"
#include "migration/table.h"
#include "postroad/asking_words.h"
#include "postroad/commands.h"
#include "sasl/seal.h"

namespace postroad::wiring {
namespace json = boost::json;
using io::Task;

namespace {

constexpr std::size_t kRequestBytes = 48UL << 10;  // control takes a line of 64 KiB
constexpr auto kPatience = std::chrono::seconds(60);

std::string size_text(std::uint64_t bytes) { return fmt::format("{:.1f} MiB", static_cast<double>(bytes) / (1 << 20)); }

std::string rate_text(const migration::Standing& standing, const migration::FolderReport& total) {
  if (standing.busy_ms == 0) return "-";
  const auto seconds = static_cast<double>(standing.busy_ms) / 1000;
  return fmt::format("{:.0f}/s", static_cast<double>(total.added) / seconds);
}

constexpr std::string_view kItemHead = "ITEM                        STATE    ADDED/SEEN         SKIPPED       SIZE    RATE  MAILBOX <- SOURCE\n";

std::string item_line(const migration::Standing& each) {
  const auto total = each.report.total();
  return fmt::format("{:<27} {:<8} {:>9}/{:<9} {:>7} {:>10} {:>7}  {} <- {} at {}{}\n", each.item.id, state_name(each.state), total.added + total.there,
                     total.seen, total.skipped, size_text(total.octets), rate_text(each, total), each.item.local, each.item.remote.user,
                     server_text(each.item.remote), each.text.empty() ? "" : "\n    " + each.text);
}

Result<std::string> item_lines(const json::object& answer) {
  std::string made;
  for (const auto& each : answer.at("items").as_array()) {
    TRY(const auto standing, migration::standing_of_json(json::serialize(each)));
    made += item_line(standing);
  }
  return made;
}

Result<std::string> detail(const json::object& answer) {
  TRY(const auto standing, migration::standing_of_json(json::serialize(answer.at("item"))));
  auto made = std::string(kItemHead) + item_line(standing);
  made += fmt::format("\njob {}, attempts {}, {:.1f} s in attempts\n\n", standing.item.job, standing.attempts, static_cast<double>(standing.busy_ms) / 1000);
  for (const auto& each : standing.report.folders)
    made += fmt::format("{} -> {}: {} there, {} added, {} had come before, {} skipped, {}{}\n", each.source,
                        each.target.empty() ? "(not taken)" : each.target, each.seen, each.added, each.there, each.skipped, size_text(each.octets),
                        each.note.empty() ? "" : "; " + each.note);
  for (const auto& each : standing.report.skipped)
    made += fmt::format("skipped: {} {} ({} bytes): {}\n", each.folder, each.message, each.size_bytes, each.why);
  return made;
}

std::string job_lines(const json::object& answer) {
  auto made = fmt::format("{:<28} {:>7} {:>7} {:>7} {:>7} {:>7} {:>10}/{:<10} {:>8} {:>11}\n", "JOB", "QUEUED", "RUNNING", "WAITING", "DONE", "FAILED", "ADDED",
                          "SEEN", "SKIPPED", "SIZE");
  for (const auto& each : answer.at("jobs").as_array()) {
    const auto& job = each.as_object();
    made += fmt::format("{:<28} {:>7} {:>7} {:>7} {:>7} {:>7} {:>10}/{:<10} {:>8} {:>11}\n", text_of(job, "job"), number_of(job, "queued"), number_of(job, "running"),
                        number_of(job, "waiting"), number_of(job, "done"), number_of(job, "failed"), number_of(job, "added"), number_of(job, "seen"),
                        number_of(job, "skipped"), size_text(number_of(job, "octets")));
  }
  for (const auto& each : answer.at("unavailable").as_array()) made += "cluster " + std::string(each.as_string()) + " could not be asked\n";
  if (answer.at("cut").as_bool()) made += "there are more: these are the first 100000 mailboxes\n";
  return made;
}

json::object user_of(const migration::TableRow& row) {
  json::object made{{"local", row.local},       {"server", row.server},
                    {"method", row.method},     {"remote", row.remote},
                    {"password", row.password}, {"accept_any_certificate", row.accept_any_certificate},
                    {"allow_plaintext", row.allow_plaintext}};
  made["skip"] = json::value_from(row.skip);
  made["translate"] = json::value_from(row.translate);
  return made;
}

// As many rows a request as fit into a line.
Task<Result<std::string>> add(io::Stream& stream, std::vector<migration::TableRow> rows, std::string job, io::real::Clock clock) {
  std::string refused;
  std::size_t taken = 0;
  for (std::size_t from = 0; from < rows.size();) {
    json::array users;
    std::size_t bytes = 0;
    const auto first = from;
    while (from < rows.size() && users.size() < 100) {
      auto user = user_of(rows[from]);
      const auto size = json::serialize(user).size();
      if (size > kRequestBytes) co_return fail(Fault::Syntax, "line " + std::to_string(rows[from].line) + ": the row is too long");
      if (bytes + size > kRequestBytes) break;
      bytes += size;
      sasl::wipe(rows[from++].password);
      users.push_back(std::move(user));
    }
    stream.set_deadline(clock.steady() + kPatience);
    CO_TRY(const auto answer, co_await ask_control(stream, {{"command", "migration_add"}, {"job", job}, {"users", std::move(users)}}));
    job = text_of(answer, "job");
    auto at = first;
    for (const auto& each : answer.at("items").as_array()) {
      const auto error = text_of(each.as_object(), "error");
      if (error.empty()) ++taken;
      if (!error.empty()) refused += fmt::format("line {}: {}: {}\n", rows[at].line, rows[at].local, error);
      ++at;
    }
  }
  auto said = fmt::format("job {}: {} of {} mailboxes added\n{}", job, taken, rows.size(), refused);
  if (taken == 0) co_return fail(Fault::Refused, std::move(said));
  co_return said;
}

// The first `most` items.
Task<Result<std::string>> list(io::Stream& stream, std::string job, std::uint64_t most, io::real::Clock clock) {
  std::string made(kItemHead);
  std::uint64_t count = 0;
  std::string after;
  do {
    stream.set_deadline(clock.steady() + kPatience);
    CO_TRY(const auto answer, co_await ask_control(stream, {{"command", "migration_list"}, {"job", job}, {"after", after}}));
    CO_TRY(const auto lines, item_lines(answer));
    made += lines;
    count += answer.at("items").as_array().size();
    after = text_of(answer, "after");
  } while (!after.empty() && count < most);
  co_return made;
}

Task<Result<std::string>> one(io::Stream& stream, std::string verb, std::string id) {
  CO_TRY(const auto answer, co_await ask_control(stream, {{"command", "migration_" + verb}, {"id", id}}));
  if (verb == "jobs") co_return job_lines(answer);
  if (verb == "status") co_return detail(answer);
  if (verb == "trace") co_return text_of(answer, "trace");
  if (verb == "cancel") co_return id + ": cancelled\n";
  CO_TRY(const auto lines, item_lines(answer));
  co_return std::string(kItemHead) + lines;
}

class Commands : public MigrationCommands {
 public:
  explicit Commands(CLI::App& app) : app_(app.add_subcommand("migration", "Pull mailboxes from other people's IMAP and POP servers")) {
    app_->require_subcommand(1);
    auto* const add = verb("add", "Add mailboxes from a CSV file: local,server,remote,password and, if wanted, method,skip,translate");
    add->add_option("file", file_, "The file; -: standard input")->required();
    add->add_option("--job", job_, "A name for all of them; without it one is made");
    verb("jobs", "Each job: how many mailboxes are in which state, how much has come");
    auto* const listed = verb("list", "Mailboxes and how they stand");
    listed->add_option("--job", job_, "Of this job only");
    listed->add_option("--most", most_, "How many, about")->check(CLI::Range(1, 100'000))->capture_default_str();
    verb("threads", "What is being pulled just now");
    for (const auto& [name, help] : {std::pair("status", "One mailbox, folder by folder, with what was skipped and why"),
                                     std::pair("trace", "What happened to one, attempt by attempt"), std::pair("cancel", "Stop one; what has come stays")})
      verb(name, help)->add_option("item", id_, "Its id, as `list` shows it")->required();
  }

  bool was_given() const override { return app_->parsed(); }

  int run() override {
    const auto name = app_->get_subcommands().front()->get_name();
    const auto socket = folder_ / "control/operator.sock";
    const io::real::Clock clock;
    if (name == "list") return ask(socket, [&](io::Loop&, io::Stream& stream) { return list(stream, job_, most_, clock); });
    if (name != "add") return ask(socket, [&](io::Loop&, io::Stream& stream) { return one(stream, name, id_); });
    auto text = read_file(file_ == "-" ? "/dev/stdin" : file_);
    if (!text) return complain(text.error());
    auto rows = migration::parse_table(*text);
    sasl::wipe(*text);
    if (!rows) return complain({rows.error().fault, file_ + ": " + rows.error().text, {}});
    return ask(socket, [&](io::Loop&, io::Stream& stream) { return add(stream, std::move(*rows), job_, clock); });
  }

 private:
  CLI::App* verb(const char* name, const char* help) {
    auto* const command = app_->add_subcommand(name, help);
    command->add_option("--dir", folder_, "The data folder")->capture_default_str();
    return command;
  }

  CLI::App* app_;
  Path folder_ = "demo";
  std::string file_;
  std::string job_;
  std::string id_;
  std::uint64_t most_ = 1000;
};

}  // namespace

std::unique_ptr<MigrationCommands> add_migration_commands(CLI::App& app) { return std::make_unique<Commands>(app); }

}  // namespace postroad::wiring
