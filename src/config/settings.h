#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"

namespace postroad::config {

using std::chrono::seconds;

// A snapshot of all settings, with their defaults. The table in table.cc names and documents each.
struct Settings {
  struct {
    std::string level = "info";
    std::string addresses = "full";
  } log;
  struct {
    std::uint64_t loops = 0;
    std::uint64_t pool_threads = 2;
    std::uint64_t pool_queue = 4096;
  } runtime;
  struct {
    std::uint64_t cache = 64UL << 20;
    std::uint64_t write_buffer = 16UL << 20;
    std::uint64_t free_least = 256UL << 20;
  } store;
  struct {
    std::uint64_t size_max = 50UL << 20;
  } message;
  struct {
    std::string host_name;
    std::uint64_t recipients_max = 1000;
    std::uint64_t in_flight_max = 512UL << 20;
    std::uint64_t sessions_max = 10'000;
    std::uint64_t sessions_per_address_max = 50;
    std::string suspended = "refuse";
    std::string domain_disabled = "refuse";
    seconds command_timeout{300};
    seconds data_timeout{600};
    seconds message_timeout{3600};
  } smtp;
  struct {
    std::uint64_t sessions_max = 50'000;
    std::uint64_t sessions_per_account_max = 100;
    std::uint64_t strangers_max = 200;
    std::uint64_t in_flight_max = 256UL << 20;
    seconds idle_timeout{1800};
    seconds sign_in_timeout{180};
    seconds peer_timeout{300};
    bool allow_plaintext = false;
  } imap;
  struct {
    std::uint64_t sessions_max = 10'000;
    std::uint64_t strangers_max = 200;
    seconds idle_timeout{600};
    seconds sign_in_timeout{180};
    seconds peer_timeout{300};
    bool allow_plaintext = false;
  } pop3;
  struct {
    seconds idle_timeout{600};
    seconds sign_in_timeout{180};
    std::uint64_t sessions_max = 2000;
    std::uint64_t sessions_per_administrator_max = 200;
    std::uint64_t strangers_max = 100;
  } app;
  struct {
    std::uint64_t connections_max = 500;
    std::uint64_t connections_per_address_max = 50;
    std::uint64_t requests_max = 200;
    std::uint64_t requests_per_administrator_max = 50;
    seconds idle_timeout{60};
    std::uint64_t request_bytes_max = 16UL << 20;
  } oma;
  struct {
    std::uint64_t hash_memory = 19UL << 20;
    std::uint64_t hash_passes = 2;
    seconds cache_time{300};
    std::uint64_t failures_max = 20;
    seconds failures_window{900};
  } sign_in;
  struct {
    std::uint64_t keep_days = 730;
  } audit;
  struct {
    std::uint64_t cache = 64UL << 20;
    std::uint64_t recover_days = 14;
    std::uint64_t deleted_days = 30;
  } mailbox;
  struct {
    std::uint64_t quota = 5UL << 30;
    seconds answer_wait{2};
    seconds call_wait{15};
    std::uint64_t queue_max = 1'000'000;
    bool fair = true;
    std::uint64_t client_queue_max = 200'000;
    std::uint64_t client_rate = 1000;
  } provisioning;
  struct {
    std::uint64_t approve_rows = 10'000;
    std::uint64_t rate = 1000;
    std::uint64_t rate_max = 5000;
    std::uint64_t failures_max = 100;
    std::uint64_t jobs_max = 10;
    std::uint64_t rows_max = 1'000'000;
    std::uint64_t bytes_max = 256UL << 20;
    std::uint64_t keep_days = 30;
    std::uint64_t password_days = 7;
  } bulk;
  struct {
    std::uint64_t running_max = 4;
    std::uint64_t per_server_max = 2;
    std::uint64_t bandwidth = 0;
    std::uint64_t tries = 12;
    seconds retry_least{30};
    seconds retry_most{3600};
    seconds timeout{60};
    std::uint64_t keep_days = 30;
    bool allow_private_addresses = false;
    bool allow_any_certificate = false;
    bool allow_plaintext = false;
    std::string key_file = "migration.key";
  } migration;
  struct {
    std::string database = "control.db";
    seconds database_timeout{30};
  } control;
  struct {
    seconds report_every{60};
    seconds verify_cycle{86'400};
    seconds mend_after{2};
    std::uint64_t keep_hours = 35 * 24;
    std::uint64_t keep_days = 400;
    std::uint64_t keep_months = 48;
  } statistics;
  struct {
    seconds probe_interval{30};
    seconds probe_timeout{10};
    std::string zone = "Europe/Berlin";
    std::string title = "Postroad Status";
    std::string url;
  } status;
};

enum class Applies { OnReload, OnRestart };

// How a setting is read and shown. Sizes are bytes (`"50 MiB"` or a number), durations seconds (`"10 min"` or a number).
// Host is a DNS name or nothing, Zone an IANA time zone, Url an address of http or https or nothing, Database a file's path or
// a URI of PostgreSQL, never repeated where it is wrong: it may hold a password.
enum class Kind { Count, Size, Duration, Bool, Text, Choice, Host, Zone, Url, Database };

// One row of the table: everything that a person is told of a setting.
struct Setting {
  using Member = std::variant<std::uint64_t& (*)(Settings&), seconds& (*)(Settings&), bool& (*)(Settings&), std::string& (*)(Settings&)>;
  std::string_view name;  // `table.key` in the file
  Kind kind;
  Member member;
  std::uint64_t least = 0;  // of Count, Size (bytes), Duration (seconds); of Text: its length
  std::uint64_t most = 0;
  std::string_view choices;  // of Choice: separated by spaces
  Applies applies = Applies::OnRestart;
  std::string_view doc;  // one line
};

std::span<const Setting> table();

// Reads a TOML file's text over the defaults. Every problem in it is one line of the error, in the file's order:
// `postroad.toml:12: message.size_max: expected a size from 1 KiB to 1 GiB, not "x"`.
Result<Settings> parse(std::string_view text, std::string_view file_name);

// The same for a file; Fault::NotFound where there is none, Broken where it is there and can't be read.
Result<Settings> load(const std::string& path);

// A value as the file would hold it.
std::string shown(const Setting& setting, const Settings& settings);

// The names of those that differ and that only a restart applies, separated by spaces.
std::string waiting_for_restart(const Settings& now, const Settings& wanted);

// The reference page, docs/settings.md: a test holds the page to it.
std::string reference_page();

}  // namespace postroad::config
