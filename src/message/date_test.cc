#include "message/date.h"

#include <doctest/doctest.h>

using namespace postroad;
using namespace postroad::message;

TEST_CASE("dates") {
  struct Case {
    const char* name;
    std::string value;
    const char* want;  // as format_date writes it with its zone; "" where it is none
  };
  const Case kCases[] = {
      {"plain", "Mon, 23 Nov 2026 22:26:05 +0100", "Mon, 23 Nov 2026 22:26:05 +0100"},
      {"west, with half an hour", "Mon, 23 Nov 2026 22:26:05 -0330", "Mon, 23 Nov 2026 22:26:05 -0330"},
      {"without the day's name", "23 Nov 2026 22:26:05 +0000", "Mon, 23 Nov 2026 22:26:05 +0000"},
      {"the wrong day's name", "Fri, 23 Nov 2026 22:26:05 +0000", "Mon, 23 Nov 2026 22:26:05 +0000"},
      {"without seconds", "Mon, 23 Nov 2026 22:26 +0000", "Mon, 23 Nov 2026 22:26:00 +0000"},
      {"one digit", "Wed, 1 Jan 2025 2:03:04 +0000", "Wed, 01 Jan 2025 02:03:04 +0000"},
      {"folded, with comments", "Mon (x),\r\n 23 (y) Nov 2026 22 : 26 : 05 +0000 (UTC (really))",
       "Mon, 23 Nov 2026 22:26:05 +0000"},
      {"obs: two-digit year", "23 Nov 26 22:26:05 GMT", "Mon, 23 Nov 2026 22:26:05 +0000"},
      {"obs: two-digit year of the last century", "21 Nov 97 09:55:06 EST", "Fri, 21 Nov 1997 09:55:06 -0500"},
      {"obs: three-digit year", "1 Jan 103 00:00:00 +0000", "Wed, 01 Jan 2003 00:00:00 +0000"},
      {"obs: named zone", "Mon, 23 Nov 2026 22:26:05 pdt", "Mon, 23 Nov 2026 22:26:05 -0700"},
      {"obs: military zone says nothing", "Mon, 23 Nov 2026 22:26:05 Z", "Mon, 23 Nov 2026 22:26:05 +0000"},
      {"unknown zone", "Mon, 23 Nov 2026 22:26:05 CEST", "Mon, 23 Nov 2026 22:26:05 +0000"},
      {"no zone", "Mon, 23 Nov 2026 22:26:05", "Mon, 23 Nov 2026 22:26:05 +0000"},
      {"colon in the zone", "Mon, 23 Nov 2026 22:26:05 +01:00", "Mon, 23 Nov 2026 22:26:05 +0100"},
      {"news", "Monday, 23-Nov-2026 22:26:05 GMT", "Mon, 23 Nov 2026 22:26:05 +0000"},
      {"whole name of the month", "23 November 2026 22:26:05 +0000", "Mon, 23 Nov 2026 22:26:05 +0000"},
      {"leap second", "Sat, 31 Dec 2016 23:59:60 +0000", "Sat, 31 Dec 2016 23:59:59 +0000"},
      {"leap day", "29 Feb 2024 00:00:00 +0000", "Thu, 29 Feb 2024 00:00:00 +0000"},
      {"no leap day", "29 Feb 2023 00:00:00 +0000", ""},
      {"day 0", "0 Nov 2026 22:26:05 +0000", ""},
      {"day 31 of a month of 30", "31 Nov 2026 22:26:05 +0000", ""},
      {"hour 24", "23 Nov 2026 24:00:00 +0000", ""},
      {"minute 60", "23 Nov 2026 22:60:00 +0000", ""},
      {"zone of 60 minutes", "23 Nov 2026 22:26:05 +0060", ""},
      {"year before 1900", "23 Nov 1899 22:26:05 +0000", ""},
      {"year of five digits", "23 Nov 12026 22:26:05 +0000", ""},
      {"endless digits", "23 Nov 99999999999999999999 22:26:05 +0000", ""},
      {"no month", "23 2026 22:26:05 +0000", ""},
      {"no such month", "23 Nox 2026 22:26:05 +0000", ""},
      {"words", "yesterday", ""},
      {"nothing", "", ""},
      {"only a comment", "((((", ""},
  };
  for (const auto& row : kCases) {
    CAPTURE(row.name);
    const auto got = parse_date(row.value);
    CHECK((got ? format_date(got->time, got->zone_minutes) : "") == row.want);
  }
}

TEST_CASE("a date's time is UTC") {
  CHECK(format_date(parse_date("Tue, 24 Nov 2026 00:26:05 +0200")->time) == "Mon, 23 Nov 2026 22:26:05 +0000");
  CHECK(format_date(Time{}) == "Thu, 01 Jan 1970 00:00:00 +0000");
  CHECK(format_date(Time(std::chrono::microseconds(-1))) == "Wed, 31 Dec 1969 23:59:59 +0000");
}
