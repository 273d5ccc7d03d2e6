#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <cstdio>
#include <fstream>
#include <iostream>

#include "base/text.h"
#include "control/bulk_records.h"
#include "postroad/asking_words.h"
#include "postroad/commands.h"

namespace postroad::wiring {
namespace json = boost::json;
using io::Task;

namespace {

constexpr std::size_t kPieceBytes = 32UL << 10;  // control takes a line of 64 KiB
constexpr auto kPatience = std::chrono::seconds(60);
constexpr auto kLookAgain = std::chrono::milliseconds(500);

// One connection for as many questions as a command has.
class Asker {
 public:
  Asker(io::Loop& loop, io::Stream& stream) : loop_(loop), stream_(stream) {}

  Task<Result<json::object>> ask(json::object asked) {
    stream_.set_deadline(loop_.clock().steady() + kPatience);
    co_return co_await ask_control(stream_, std::move(asked));
  }
  Task<void> pause() { return loop_.sleep(kLookAgain); }

 private:
  io::Loop& loop_;
  io::Stream& stream_;
};

std::string line_of(const json::object& job) {
  return fmt::format("{}  {:<6} {:<9} {:>7}/{:<7} {:>7} {:>7} {:>7}  {}{}\n", text_of(job, "job"), text_of(job, "kind"), text_of(job, "state"), number_of(job, "done"),
                     number_of(job, "rows"), number_of(job, "accepted"), number_of(job, "failed"), number_of(job, "skipped"),
                     text_of(job, "name").empty() ? text_of(job, "submitter") : text_of(job, "name"),
                     text_of(job, "reason").empty() ? "" : "  (" + text_of(job, "reason") + ")");
}
const std::string kHead = fmt::format("{:<27}  {:<6} {:<9} {:>7}/{:<7} {:>7} {:>7} {:>7}  {}\n", "JOB", "KIND", "STATE", "DONE", "ROWS", "GOOD", "FAILED", "SKIPPED", "NAME");

std::string detail_of(const json::object& job) {
  auto made = kHead + line_of(job);
  const auto add = [&](std::string_view name, const std::string& value) {
    if (!value.empty() && value != "0") made += fmt::format("{:<22} {}\n", std::string(name) + ":", value);
  };
  add("submitted by", text_of(job, "submitter"));
  add("company", text_of(job, "company"));
  add("approved by", text_of(job, "approved_by"));
  add("undoes", text_of(job, "undoes"));
  add("rows a second", std::to_string(number_of(job, "rate")));
  add("window", text_of(job, "window"));
  add("paused at failures", std::to_string(number_of(job, "failures_max")));
  add("outcome known of", std::to_string(number_of(job, "settled")));
  add("passwords to fetch", std::to_string(number_of(job, "passwords")));
  return made;
}

bool is_working(const json::object& job) { return text_of(job, "state") == "running"; }

// Until it does nothing any more; how far it is goes to standard error.
Task<Result<json::object>> wait(Asker& asker, json::object job) {
  while (is_working(job)) {
    fmt::print(stderr, "\r{}: {} of {} rows, {} failed ", text_of(job, "job"), number_of(job, "done"), number_of(job, "rows"), number_of(job, "failed"));
    co_await asker.pause();
    CO_TRY(job, co_await asker.ask({{"command", "bulk_status"}, {"job", text_of(job, "job")}}));
  }
  fmt::print(stderr, "\r{}: {} of {} rows, {} failed\n", text_of(job, "job"), number_of(job, "done"), number_of(job, "rows"), number_of(job, "failed"));
  co_return job;
}

std::string row_of(const json::object& row, bool is_json) {
  if (is_json) return json::serialize(row) + "\n";
  using control::csv_field;
  return fmt::format("{},{},{},{},{},{},{},{}\n", number_of(row, "row"), number_of(row, "line"), text_of(row, "action"), csv_field(text_of(row, "subject")),
                     text_of(row, "verdict"), text_of(row, "code"), csv_field(text_of(row, "error")), csv_field(text_of(row, "password")));
}

struct Printing {
  bool is_json = false;
  bool with_passwords = false;
  bool failed_only = false;
};
bool has_failed(const json::object& row) {
  const auto verdict = text_of(row, "verdict");
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
    after = text_of(page, "after");
  } while (!after.empty());
  co_return std::string{};
}

Task<Result<json::object>> send(Asker& asker, json::object spec, std::istream& file) {
  CO_TRY(auto job, co_await asker.ask(std::move(spec)));
  const auto id = text_of(job, "job");
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
    exit_code_ = number_of(job, "failed") == 0 ? 0 : 1;
    CO_TRY_OK(co_await print_result(asker, text_of(job, "job"), {.is_json = false, .with_passwords = false, .failed_only = true}));
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
