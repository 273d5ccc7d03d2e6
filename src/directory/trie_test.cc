#include "directory/trie.h"

#include <doctest/doctest.h>

#include <map>
#include <string>

#include "io/simulated.h"

namespace postroad::directory {
namespace {

struct Word {
  std::string key;
  int value = 0;
};
std::string_view key_of(const Word& word) { return word.key; }
using Words = Trie<Word>;
using Model = std::map<std::string, int>;

bool is_same(const Words& words, const Model& model) {
  Model found;
  words.each([&](const Word& word) { found.emplace(word.key, word.value); });
  for (const auto& [key, value] : model) {
    const auto word = words.find(key);
    if (word == nullptr || word->value != value) return false;
  }
  return found == model && words.size() == model.size();
}

TEST_CASE("an empty trie finds nothing") {
  Words words;
  CHECK(words.empty());
  CHECK(words.find("a") == nullptr);
  CHECK_FALSE(words.erase("a"));
}

TEST_CASE("a trie is a map, whatever is put and erased, in place or not") {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    CAPTURE(seed);
    io::simulated::Random random(seed);
    const auto edit = seed % 2;
    Words words;
    Model model;
    for (auto steps = random.below(400); steps > 0; --steps) {
      const auto key = std::to_string(random.below(150));
      if (random.once_in(3)) {
        CHECK(words.erase(key, edit) == (model.erase(key) == 1));
      } else {
        const auto value = static_cast<int>(random.below(1000));
        words.put({key, value}, edit);
        model[key] = value;
      }
    }
    CHECK(is_same(words, model));
  }
}

TEST_CASE("a copy stays as it was, whatever later edits do") {
  Words words;
  std::vector<std::pair<Words, Model>> kept;
  Model model;
  for (std::uint64_t edit = 1; edit <= 40; ++edit) {
    for (int n = 0; n < 25; ++n) {
      const auto key = std::to_string((edit * 37 + static_cast<std::uint64_t>(n) * 11) % 300);
      if (n % 5 == 4) {
        words.erase(key, edit);
        model.erase(key);
      } else {
        words.put({key, n}, edit);
        model[key] = n;
      }
    }
    kept.emplace_back(words, model);
  }
  for (const auto& [copy, then] : kept) CHECK(is_same(copy, then));
}

TEST_CASE("a value outlives the trie that it was found in") {
  Words::Pointer found;
  {
    Words words;
    words.put({"a", 7});
    found = words.find("a");
  }
  CHECK(found->value == 7);
}

TEST_CASE("erasing everything leaves nothing") {
  Words words;
  for (int n = 0; n < 5000; ++n) words.put({std::to_string(n), n}, 1);
  CHECK(words.size() == 5000);
  for (int n = 0; n < 5000; ++n) CHECK(words.erase(std::to_string(n), 2));
  CHECK(words.empty());
  words.each([](const Word&) { FAIL("nothing is left"); });
}

}  // namespace
}  // namespace postroad::directory
