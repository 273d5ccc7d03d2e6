#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <cstdio>
#include <fstream>
#include <iostream>

#include "base/text.h"
#include "control/bulk_records.h"
#include "io/reader.h"
#include "postroad/asking.h"
#include "postroad/commands.h"

namespace postroad::wiring {
namespace json = boost::json;
using io::Task;

namespace {

constexpr std::size_t kPieceBytes = 32UL << 10;  // control takes a line of 64 KiB
constexpr auto kPatience = std::chrono::seconds(60);
constexpr auto kLookAgain = std::chrono::milliseconds(500);

std::string text_at(const json::object& object, std::string_view name) {
  const auto* const value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}
std::uint64_t number_at(const json::object& object, std::string_view name) {
  const auto* const value = object.if_contains(name);
  boost::system::error_code failed;
  const auto number = value == nullptr ? 0 : value->to_number<std::uint64_t>(failed);
  return failed ? 0 : number;
}

// One connection for as many questions as a command has.
class Asker {
 public:
  Asker(io::Loop& loop, io::Stream& stream) : loop_(loop), stream_(stream), reader_(stream) {}

  Task<Result<json::object>> ask(json::object asked) {
    stream_.set_deadline(loop_.clock().steady() + kPatience);
    co_await stream_.write(json::serialize(asked) + "\n");
    const auto said = co_await reader_.line(kAnswerBytes);
    boost::system::error_code failed;
    auto parsed = json::parse(said ? json::string_view(said->data(), said->size()) : json::string_view(), failed);
    if (failed || !parsed.is_object()) co_return fail(Fault::Broken, "control's answer is not JSON");
    if (const auto* const error = parsed.as_object().if_contains("error")) co_return fail(Fault::Refused, std::string(error->as_string()));
    co_return std::move(parsed.as_object());
  }
  Task<void> pause() { return loop_.sleep(kLookAgain); }

 private:
  io::Loop& loop_;
  io::Stream& stream_;
  io::Reader reader_;
};

std::string line_of(const json::object& job) {
  return fmt::format("{}  {:<6} {:<9} {:>7}/{:<7} {:>7} {:>7} {:>7}  {}{}\n", text_at(job, "job"), text_at(job, "kind"), text_at(job, "state"), number_at(job, "done"),
                     number_at(job, "rows"), number_at(job, "accepted"), number_at(job, "failed"), number_at(job, "skipped"),
                     text_at(job, "name").empty() ? text_at(job, "submitter") : text_at(job, "name"),
                     text_at(job, "reason").empty() ? "" : "  (" + text_at(job, "reason") + ")");
}
const std::string kHead = fmt::format("{:<27}  {:<6} {:<9} {:>7}/{:<7} {:>7} {:>7} {:>7}  {}\n", "JOB", "KIND", "STATE", "DONE", "ROWS", "GOOD", "FAILED", "SKIPPED", "NAME");

std::string detail_of(const json::object& job) {
  auto made = kHead + line_of(job);
  const auto add = [&](std::string_view name, const std::string& value) {
    if (!value.empty() && value != "0") made += fmt::format("{:<22} {}\n", std::string(name) + ":", value);
  };
  add("submitted by", text_at(job, "submitter"));
  add("company", text_at(job, "company"));
  add("approved by", text_at(job, "approved_by"));
  add("undoes", text_at(job, "undoes"));
  add("rows a second", std::to_string(number_at(job, "rate")));
  add("window", text_at(job, "window"));
  add("paused at failures", std::to_string(number_at(job, "failures_max")));
  add("outcome known of", std::to_string(number_at(job, "settled")));
  add("passwords to fetch", std::to_string(number_at(job, "passwords")));
  return made;
}

bool is_working(const json::object& job) { return text_at(job, "state") == "running"; }

// Until it does nothing any more; how far it is goes to standard error.
Task<Result<json::object>> wait(Asker& asker, json::object job) {
  while (is_working(job)) {
    fmt::print(stderr, "\r{}: {} of {} rows, {} failed ", text_at(job, "job"), number_at(job, "done"), number_at(job, "rows"), number_at(job, "failed"));
    co_await asker.pause();
    CO_TRY(job, co_await asker.ask({{"command", "bulk_status"}, {"job", text_at(job, "job")}}));
  }
  fmt::print(stderr, "\r{}: {} of {} rows, {} failed\n", text_at(job, "job"), number_at(job, "done"), number_at(job, "rows"), number_at(job, "failed"));
  co_return job;
}

std::string row_of(const json::object& row, bool is_json) {
  if (is_json) return json::serialize(row) + "\n";
  using control::csv_field;
  return fmt::format("{},{},{},{},{},{},{},{}\n", number_at(row, "row"), number_at(row, "line"), text_at(row, "action"), csv_field(text_at(row, "subject")),
                     text_at(row, "verdict"), text_at(row, "code"), csv_field(text_at(row, "error")), csv_field(text_at(row, "password")));
}

struct Printing {
  bool is_json = false;
  bool with_passwords = false;
  bool failed_only = false;
};
bool has_failed(const json::object& row) {
  const auto verdict = text_at(row, "verdict");
  return verdict != "applied" && verdict != "queued" && verdict != "good";
}

// Page by page: a result may be large.
Task<Result<std::string>> print_result(Asker& asker, std::string job, Printing how) {
  if (!how.is_json) std::fputs("row,line,action,subject,verdict,code,error,password\n", stdout);
  std::string after;
  do {
    CO_TRY(const auto page, co_await asker.ask({{"command", "bulk_result"}, {"job", job}, {"after", after}, {"passwords", how.with_passwords}}));
    for (const auto& row : page.at("rows").as_array())
      if (!how.failed_only || has_failed(row.as_object())) std::fputs(row_of(row.as_object(), how.is_json).c_str(), stdout);
    after = text_at(page, "after");
  } while (!after.empty());
  co_return std::string{};
}

Task<Result<json::object>> send(Asker& asker, json::object spec, std::istream& file) {
  CO_TRY(auto job, co_await asker.ask(std::move(spec)));
  const auto id = text_at(job, "job");
  std::string piece(kPieceBytes, '\0');
  for (std::uint64_t offset = 0, has_more = 1; has_more != 0;) {
    file.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    const auto size = static_cast<std::size_t>(file.gcount());
    has_more = file.good() && file.peek() != std::istream::traits_type::eof() ? 1 : 0;
    CO_TRY(job, co_await asker.ask({{"command", "bulk_append"}, {"job", id}, {"offset", offset}, {"data", base64(piece.substr(0, size))}, {"last", has_more == 0}}));
    offset += size;
  }
  co_return job;
}

class Commands : public OperatorCommands {
 public:
  explicit Commands(CLI::App& app) : app_(app.add_subcommand("bulk", "Create, change and delete many users by a file: docs/bulk.md")) {
    app_->require_subcommand(1);
    add_submit("submit", "Submit a CSV file, or JSON lines: one change a row");
    add_submit("check", "Say what would become of each row, and change nothing; 1 where one would fail");
    verb("list", "The newest jobs")->add_option("--most", most_, "How many")->check(CLI::Range(1, 1000))->capture_default_str();
    auto* const show = one("show", "How a job stands");
    show->add_flag("--wait", is_waiting_, "Until it has ended, or was paused");
    one("approve", "Let a large job run");
    one("pause", "Stop a job for a while");
    one("resume", "Go on with a job that was paused");
    one("cancel", "End a job; what was done stays");
    one("undo", "Delete what a job created, as far as nothing has changed it since")->add_flag("--wait", is_waiting_, "Until that is done");
    auto* const result = one("result", "What became of each row, as CSV");
    result->add_flag("--passwords", printing_.with_passwords, "With generated passwords: shown now, and never again");
    result->add_flag("--failed", printing_.failed_only, "Only rows that failed or were skipped");
    result->add_flag("--json", printing_.is_json, "As JSON lines");
  }

  bool is_given() const override { return app_->parsed(); }

  int run() override {
    const auto name = app_->get_subcommands().front()->get_name();
    if (name != "submit" && name != "check") return ask_control([this, name](io::Loop& loop, io::Stream& stream) { return run_one(loop, stream, name); });
    std::ifstream opened;
    if (file_ != "-") {
      opened.open(file_, std::ios::binary);
      if (!opened) return complain({Fault::NotFound, "can't read " + file_, {}});
    }
    auto& file = file_ == "-" ? std::cin : opened;
    const int code = ask_control([&](io::Loop& loop, io::Stream& stream) { return submit(loop, stream, name == "check", file); });
    return code != 0 ? code : exit_code_;
  }

 private:
  int ask_control(Talk talk) { return ask(folder_ / "control/operator.sock", std::move(talk)); }

  CLI::App* verb(const char* name, const char* help) {
    auto* const command = app_->add_subcommand(name, help);
    command->add_option("--dir", folder_, "The data folder")->capture_default_str();
    return command;
  }
  CLI::App* one(const char* name, const char* help) {
    auto* const command = verb(name, help);
    command->add_option("job", job_, "Its id, as `list` shows it")->required();
    return command;
  }
  void add_submit(const char* name, const char* help) {
    auto* const command = verb(name, help);
    command->add_option("file", file_, "The file; -: standard input")->required();
    command->add_flag("--json", is_json_, "It is JSON lines; else CSV, unless its name ends in .jsonl");
    command->add_option("--name", name_, "For people");
    command->add_flag("--generate-passwords", generates_, "New mailboxes without a password get one: see `result --passwords`");
    if (std::string_view(name) == "check") return;
    command->add_option("--rate", rate_, "Rows a second")->check(CLI::PositiveNumber);
    command->add_option("--failures", failures_, "Rows that fail before it is paused; 0: any number");
    command->add_option("--window", window_, "When it may work: `22:00-06:00`, `22:00-06:00 Europe/Berlin`");
    command->add_flag("--wait", is_waiting_, "Until it has ended, or was paused");
  }

  Task<Result<std::string>> submit(io::Loop& loop, io::Stream& stream, bool is_check, std::istream& file) {
    Asker asker(loop, stream);
    json::object spec{{"command", "bulk_add"}, {"name", name_}, {"check", is_check}, {"generate", generates_}, {"window", window_}};
    spec["format"] = is_json_ || file_.ends_with(".jsonl") ? "jsonl" : "csv";
    if (rate_) spec["rate"] = *rate_;
    if (failures_) spec["failures_max"] = *failures_;
    CO_TRY(auto job, co_await send(asker, std::move(spec), file));
    if (is_check || is_waiting_) {
      CO_TRY(job, co_await wait(asker, std::move(job)));
    }
    if (!is_check) co_return detail_of(job);
    exit_code_ = number_at(job, "failed") == 0 ? 0 : 1;
    CO_TRY_OK(co_await print_result(asker, text_at(job, "job"), {.is_json = false, .with_passwords = false, .failed_only = true}));
    co_return std::string{};
  }

  Task<Result<std::string>> run_one(io::Loop& loop, io::Stream& stream, std::string name) {
    Asker asker(loop, stream);
    if (name == "result") co_return co_await print_result(asker, job_, printing_);
    if (name == "list") {
      CO_TRY(const auto page, co_await asker.ask({{"command", "bulk_jobs"}, {"most", most_}}));
      auto made = kHead;
      for (const auto& job : page.at("jobs").as_array()) made += line_of(job.as_object());
      co_return made;
    }
    CO_TRY(auto job, co_await asker.ask({{"command", "bulk_" + (name == "show" ? std::string("status") : name)}, {"job", job_}}));
    if (is_waiting_) {
      CO_TRY(job, co_await wait(asker, std::move(job)));
    }
    co_return detail_of(job);
  }

  CLI::App* app_;
  Path folder_ = "demo";
  std::string file_;
  std::string job_;
  std::string name_;
  std::string window_;
  std::optional<std::uint64_t> rate_;
  std::optional<std::uint64_t> failures_;
  std::uint64_t most_ = 50;
  bool is_json_ = false;
  bool generates_ = false;
  bool is_waiting_ = false;
  Printing printing_;
  int exit_code_ = 0;
};

}  // namespace

std::unique_ptr<OperatorCommands> add_bulk_commands(CLI::App& app) { return std::make_unique<Commands>(app); }

}  // namespace postroad::wiring
