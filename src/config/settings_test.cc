#include "config/settings.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "config/units.h"

using namespace postroad;
using namespace postroad::config;

TEST_CASE("a file is read over the defaults") {
  const auto made = parse("[message]\nsize_max = \"20 MiB\"\n[smtp]\nrecipients_max = 200\ncommand_timeout = \"2 min\"\n"
                          "[imap]\nallow_plaintext = true\n[log]\nlevel = \"debug\"\n", "x.toml");
  REQUIRE(made);
  CHECK(made->message.size_max == 20UL << 20);
  CHECK(made->smtp.recipients_max == 200);
  CHECK(made->smtp.command_timeout == std::chrono::minutes(2));
  CHECK(made->imap.allow_plaintext);
  CHECK(made->log.level == "debug");
  CHECK(made->log.addresses == "full");
}

TEST_CASE("an error names file, line, setting and what was expected") {
  struct Case {
    const char* name;
    const char* text;
    const char* want;
  };
  constexpr Case kCases[] = {
      {"not TOML", "[smtp\n", "x.toml:1: "},
      {"unknown, nearly right", "[smtp]\n\nrecipient_max = 1\n", "x.toml:3: smtp.recipient_max: no such setting; did you mean smtp.recipients_max?"},
      {"unknown", "[foo]\nbar = 1\n", "x.toml:2: foo.bar: no such setting"},
      {"below the range", "[smtp]\nrecipients_max = 99\n", "x.toml:2: smtp.recipients_max: expected a number from 100 to 10000, not 99"},
      {"negative", "[smtp]\nrecipients_max = -1\n", "not -1"},
      {"wrong unit", "[message]\nsize_max = \"5 min\"\n", "x.toml:2: message.size_max: expected a size from 1 MiB to 1 GiB, not \"5 min\""},
      {"overflow", "[message]\nsize_max = \"99999999999999999999 TiB\"\n", "expected a size"},
      {"wrong type", "[imap]\nallow_plaintext = \"yes\"\n", "expected true or false, not \"yes\""},
      {"not a choice", "[log]\nlevel = \"loud\"\n", "expected \"debug\" or \"info\" or \"warning\" or \"error\", not \"loud\""},
      {"not a table", "smtp = 1\n", "x.toml:1: smtp: expected a table"},
      {"a fraction", "[smtp]\nrecipients_max = 200.5\n", "expected a number from 100 to 10000, not 200.5"},
      {"an array", "[smtp]\nrecipients_max = [200]\n", "not an array"},
      {"a date", "[log]\nlevel = 2026-01-31\n", "not a date"},
      {"a reply in the host's name", "[smtp]\nhost_name = \"a.example\\r\\n250 x\"\n", "x.toml:2: smtp.host_name: expected a host name"},
      {"an empty label", "[smtp]\nhost_name = \"a..example\"\n", "expected a host name"},
      {"no such zone", "[status]\nzone = \"Europe/Atlantis\"\n", "x.toml:2: status.zone: expected an IANA time zone"},
      {"a control character", "[status]\ntitle = \"a\\u0007\"\n", "expected a text of 1 to 100 bytes"},
      {"no address", "[status]\nurl = \"status.example.org\"\n", "x.toml:2: status.url: expected an address"},
      {"another database", "[control]\ndatabase = \"mysql://root:secret@h/d\"\n",
       "x.toml:2: control.database: expected the path of a file, or \"postgresql://user@host/database\", not that"},
      {"keywords for libpq", "[control]\ndatabase = \"host=h password=secret\"\n", "not that"},
      {"a folder", "[control]\ndatabase = \"/var/lib/\"\n", "expected the path of a file"},
      {"no database", "[control]\ndatabase = \"\"\n", "expected the path of a file"},
      {"an address with markup", "[status]\nurl = \"https://a/\\\"><b\"\n", "expected an address"},
  };
  for (const auto& row : kCases) {
    CAPTURE(row.name);
    const auto made = parse(row.text, "x.toml");
    REQUIRE_FALSE(made);
    CHECK(made.error().fault == Fault::Syntax);
    CAPTURE(made.error().text);
    CHECK(made.error().text.contains(row.want));
  }
}

TEST_CASE("a database is a file or PostgreSQL's") {
  for (const char* good : {"control.db", "/srv/x.db", "postgresql://me:secret@h:5432/d?sslmode=verify-full", "postgres:///d?host=/run/postgresql"})
    CHECK(parse("[control]\ndatabase = \"" + std::string(good) + "\"\n", "x.toml")->control.database == good);
}

TEST_CASE("every problem of a file is told at once, in the file's order") {
  const auto made = parse("[smtp]\nsessions_max = 0\nrecipients_max = 1\n[imap]\nsessions_max = 0\n", "x.toml");
  REQUIRE_FALSE(made);
  const auto& text = made.error().text;
  CAPTURE(text);
  CHECK(text.starts_with("x.toml:2: smtp.sessions_max"));
  CHECK(text.find("\nx.toml:3: smtp.recipients_max") < text.find("\nx.toml:5: imap.sessions_max"));
}

TEST_CASE("a file that is not there is something else than one that can't be read") {
  CHECK(load("no/such/file.toml").error().fault == Fault::NotFound);
  CHECK(load("docs").error().fault == Fault::Broken);
  CHECK(load("docs/settings.md/x.toml").error().fault == Fault::Broken);
}

TEST_CASE("what a restart alone applies is named when it changes") {
  Settings wanted;
  wanted.log.level = "debug";
  CHECK(waiting_for_restart({}, wanted).empty());
  wanted.smtp.sessions_max = 7;
  wanted.status.title = "Other";
  CHECK(waiting_for_restart({}, wanted) == "smtp.sessions_max status.title");
}

TEST_CASE("every default is within its own range") {
  for (const auto& setting : table()) {
    CAPTURE(setting.name);
    const auto dot = setting.name.find('.');
    REQUIRE(dot != std::string_view::npos);
    const auto text = "[" + std::string(setting.name.substr(0, dot)) + "]\n" + std::string(setting.name.substr(dot + 1)) + " = " + shown(setting, {}) + "\n";
    const auto made = parse(text, "default");
    CAPTURE((made ? "" : made.error().text));
    CHECK(made);
  }
}

TEST_CASE("docs/settings.md is what the table says") {
  std::ifstream file("docs/settings.md");
  std::ostringstream page;
  page << file.rdbuf();
  CHECK_MESSAGE(page.str() == reference_page(), "run: postroad settings > docs/settings.md");
}
