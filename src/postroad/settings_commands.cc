#include <cstdio>

#include "postroad/commands.h"
#include "sql/location.h"

namespace postroad::wiring {

int check_config(const std::string& file) {
  const auto settings = config::load(file);
  if (!settings) {
    std::fprintf(stderr, "%s\n", settings.error().text.c_str());
    return 1;
  }
  // What a URI holds, and whether it can be read, is known where it is used.
  if (const auto usable = sql::check_location(settings->control.database); !usable) {
    std::fprintf(stderr, "%s: control.database: %s\n", file.c_str(), usable.error().text.c_str());
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
