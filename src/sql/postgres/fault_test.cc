#include "sql/postgres/fault.h"

#include <doctest/doctest.h>

#include "sql/location.h"
#include "sql/postgres/uri.h"

namespace postroad::sql::postgres {
namespace {

TEST_CASE("what a SQLSTATE means") {
  struct Case {
    const char* name;
    const char* state;
    Fault want;
  };
  constexpr Case kCases[] = {
      {"unique_violation", "23505", Fault::Conflict},
      {"not_null_violation", "23502", Fault::Conflict},
      {"serialization_failure", "40001", Fault::Busy},
      {"deadlock_detected", "40P01", Fault::Busy},
      {"lock_not_available", "55P03", Fault::Busy},
      {"query_canceled: statement_timeout", "57014", Fault::Busy},
      {"admin_shutdown", "57P01", Fault::Busy},
      {"cannot_connect_now", "57P03", Fault::Busy},
      {"disk_full", "53100", Fault::Busy},
      {"too_many_connections", "53300", Fault::Busy},
      {"connection_failure", "08006", Fault::Busy},
      {"read_only_sql_transaction: a standby", "25006", Fault::Busy},
      {"character_not_in_repertoire", "22021", Fault::Refused},
      {"undefined_table", "42P01", Fault::Broken},
      {"in_failed_sql_transaction", "25P02", Fault::Broken},
      {"data_corrupted", "XX001", Fault::Broken},
      {"division_by_zero", "22012", Fault::Broken},
      {"none", "", Fault::Broken},
  };
  for (const auto& row : kCases) {
    CAPTURE(row.name);
    CHECK(fault_of(row.state) == row.want);
  }
}

TEST_CASE("locations: a file or a URI, and what is wrong is said without the password") {
  struct Case {
    const char* name;
    const char* location;
    const char* want;  // begins the error; empty: none
  };
  constexpr Case kCases[] = {
      {"a file", "control.db", ""},
      {"a file elsewhere", "/srv/postroad/control.db", ""},
      {"a host", "postgresql://me@db.example:5433/postroad", ""},
      {"two hosts and options", "postgres://me:secret@a,b/postroad?target_session_attrs=read-write&sslmode=verify-full", ""},
      {"a socket", "postgresql:///postroad?host=/run/postgresql", ""},
      {"nothing", "", "expected the path of a file"},
      {"a folder", "/srv/", "expected the path of a file"},
      {"another scheme", "mysql://me:secret@h/d", "expected the path of a file"},
      {"keywords", "host=h dbname=d password=secret", "expected the path of a file"},
      {"an unknown option", "postgresql://me:secret@h/d?colour=red", "not a connection URI"},
      {"half a code", "postgresql://me:sec%ret@h/d", "not a connection URI"},
      {"no database", "postgresql://me:secret@h", "the URI names no database"},
      {"another encoding", "postgresql://me:secret@h/d?client_encoding=LATIN1", "client_encoding is always UTF8"},
      {"replication", "postgresql://me:secret@h/d?replication=database", "the option replication"},
  };
  for (const auto& row : kCases) {
    CAPTURE(row.name);
    const auto checked = check_location(row.location);
    const std::string text = checked ? "" : checked.error().text;
    CAPTURE(text);
    CHECK(text.empty() == (*row.want == '\0'));
    CHECK(text.starts_with(row.want));
    CHECK_FALSE(text.contains("secret"));
    CHECK_FALSE(text.contains("sec%ret"));
  }
}

TEST_CASE("a location as it is shown") {
  CHECK(shown_location("postgresql://me:secret@db.example:5433/postroad?sslpassword=hidden") == "postgresql://me@db.example:5433/postroad");
  CHECK(shown_location("postgresql:///postroad?host=/run/postgresql&password=secret") == "postgresql:///run/postgresql/postroad");
  CHECK(shown_location("postgresql://me:sec%ret@h/d") == "postgresql://...");
  CHECK(shown_location("/srv/control.db") == "/srv/control.db");
}

}  // namespace
}  // namespace postroad::sql::postgres
