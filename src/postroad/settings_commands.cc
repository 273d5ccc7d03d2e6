#include <cstdio>

#include "postroad/commands.h"

namespace postroad::wiring {

int check_config(const std::string& file) {
  const auto settings = config::load(file);
  if (!settings) {
    std::fprintf(stderr, "%s\n", settings.error().text.c_str());
    return 1;
  }
  std::printf("%s: good\n", file.c_str());
  return 0;
}

int print_settings() {
  std::fputs(config::reference_page().c_str(), stdout);
  return 0;
}

}  // namespace postroad::wiring
