#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

// For tests: the messages in tests/fixtures/mail, by name. Programs of tests run in the source tree.
namespace postroad::message {

struct Specimen {
  std::string name;  // without .eml
  std::string bytes;
};

inline std::vector<Specimen> corpus() {
  std::vector<Specimen> made;
  for (const auto& entry : std::filesystem::directory_iterator("tests/fixtures/mail")) {
    if (entry.path().extension() != ".eml") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    std::ostringstream bytes;
    bytes << file.rdbuf();
    made.push_back({entry.path().stem().string(), bytes.str()});
  }
  std::ranges::sort(made, {}, &Specimen::name);
  return made;
}

}  // namespace postroad::message
