#include "message/corpus.h"

#include <map>
#include <random>

#include <doctest/doctest.h>

#include "base/text.h"
#include "message/index.h"

using namespace postroad;
using namespace postroad::message;

namespace {

void check_same(const Indexed& got, const Indexed& want) {
  CHECK(got.summary == want.summary);
  CHECK(got.fields == want.fields);
}

// Ranges and lines of all parts: "text/plain 0-20-30 2".
std::string shape(const Part& part) {
  std::string made = part.type + '/' + part.subtype + ' ' + std::to_string(part.header.begin) + '-' +
                     std::to_string(part.body.begin) + '-' + std::to_string(part.body.end) + ' ' +
                     std::to_string(part.lines);
  if (part.children.empty()) return made;
  made += " (";
  for (const auto& child : part.children) made += (made.ends_with('(') ? "" : ", ") + shape(child);
  return made + ')';
}

// tests/fixtures/mail/expected.txt: a line for each message, `name: shape [flaws]`, checked by hand when it was added.
std::map<std::string, std::string> expected() {
  std::map<std::string, std::string> made;
  std::ifstream file("tests/fixtures/mail/expected.txt");
  for (std::string line; std::getline(file, line);)
    if (const auto colon = line.find(": "); colon != line.npos) made[line.substr(0, colon)] = line.substr(colon + 2);
  return made;
}

// Every part lies within the one around it, and sizes and lines add up.
void check_part(const Part& part, const Range& around, std::string_view bytes) {
  CHECK(part.header.begin >= around.begin);
  CHECK(part.header.end == part.body.begin);
  CHECK(part.body.begin <= part.body.end);
  CHECK(part.body.end <= around.end);
  CHECK(part.lines == static_cast<std::uint64_t>(std::ranges::count(bytes.substr(part.body.begin, part.body.size()), '\n')));
  CHECK(part.is_multipart() == (!part.children.empty() && !part.is_message()));
  for (const auto& child : part.children) check_part(child, part.body, bytes);
}

// What holds of each message, however broken.
void check_whole(const std::string& bytes) {
  const auto got = index(bytes).summary;
  check_part(got.root, {0, bytes.size()}, bytes);
  CHECK(got.root.body.end == bytes.size());
  CHECK(is_utf8(got.preview));
  const auto stored = decode(encode(got));
  REQUIRE(stored);
  CHECK(*stored == got);
}

// The same message in pieces of random sizes.
Indexed in_pieces(std::string_view bytes, std::minstd_rand& random) {
  Index pieces;
  for (std::size_t at = 0; at < bytes.size();) {
    const auto size = random() % 7 == 0 ? random() % 2000 : random() % 20;
    pieces.feed(bytes.substr(at, size));
    at += size;
  }
  return pieces.finish();
}

// Runs of lines of specimens, one behind the other: headers, boundaries and bodies where they don't belong.
std::string stitched(const std::vector<std::vector<std::string>>& specimens, std::minstd_rand& random) {
  std::string made;
  for (auto runs = random() % 12; runs > 0; --runs) {
    const auto& lines = specimens[random() % specimens.size()];
    const auto begin = made.empty() ? 0 : random() % lines.size();
    const auto end = std::min(lines.size(), begin + random() % 16);
    for (auto at = begin; at < end; ++at) made += lines[at];
  }
  if (random() % 4 == 0 && !made.empty()) made.resize(made.size() - random() % std::min<std::size_t>(made.size(), 4));
  return made;
}

std::vector<std::string> lines_of(std::string_view bytes) {
  std::vector<std::string> made;
  while (!bytes.empty()) {
    const auto line = bytes.substr(0, bytes.find('\n') == bytes.npos ? bytes.size() : bytes.find('\n') + 1);
    made.emplace_back(line);
    bytes.remove_prefix(line.size());
  }
  return made;
}

}  // namespace

TEST_CASE("the corpus has the shapes that are written down") {
  const auto want = expected();
  const auto all = corpus();
  REQUIRE(all.size() >= 130);
  CHECK(want.size() == all.size());
  for (const auto& specimen : all) {
    CAPTURE(specimen.name);
    const auto got = index(specimen.bytes).summary;
    const auto line = shape(got.root) + " [" + got.flaws.text() + "]";
    CHECK(line == (want.contains(specimen.name) ? want.at(specimen.name) : ""));
  }
}

TEST_CASE("where a message is cut changes nothing") {
  std::minstd_rand random(1);  // the same cuts each time
  for (const auto& specimen : corpus()) {
    CAPTURE(specimen.name);
    const auto want = index(specimen.bytes);
    const std::string_view bytes = specimen.bytes;

    Index single;
    for (const char c : bytes) single.feed({&c, 1});
    check_same(single.finish(), want);

    const std::size_t step = bytes.size() / 1000 + 1;
    for (std::size_t cut = 0; cut < bytes.size(); cut += step) {
      CAPTURE(cut);
      Index halves;
      halves.feed(bytes.substr(0, cut));
      halves.feed(bytes.substr(cut));
      check_same(halves.finish(), want);
    }

    for (int round = 0; round < 20; ++round) check_same(in_pieces(bytes, random), want);
  }
}

TEST_CASE("parts lie within each other, sizes and lines add up, and a summary goes there and back") {
  for (const auto& specimen : corpus()) {
    CAPTURE(specimen.name);
    check_whole(specimen.bytes);
  }
}

TEST_CASE("the same of messages that are stitched from lines of all of them") {
  std::vector<std::vector<std::string>> specimens;
  for (const auto& specimen : corpus())
    if (!specimen.bytes.empty()) specimens.push_back(lines_of(specimen.bytes));
  std::minstd_rand random(1);  // the same messages each time
  for (int round = 0; round < 20'000; ++round) {
    const auto message = stitched(specimens, random);
    CAPTURE(message);
    check_whole(message);
    check_same(in_pieces(message, random), index(message));
  }
}
