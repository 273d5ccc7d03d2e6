#include <fmt/format.h>

#include "config/settings.h"
#include "config/units.h"

namespace postroad::config {

std::string shown(const Setting& setting, const Settings& settings) {
  struct Show {
    const Setting& row;
    Settings copy;
    std::string operator()(std::uint64_t& (*of)(Settings&)) {
      return row.kind == Kind::Size ? fmt::format("\"{}\"", size_text(of(copy))) : fmt::format("{}", of(copy));
    }
    std::string operator()(seconds& (*of)(Settings&)) {
      return fmt::format("\"{}\"", duration_text(static_cast<std::uint64_t>(of(copy).count())));
    }
    std::string operator()(bool& (*of)(Settings&)) { return of(copy) ? "true" : "false"; }
    std::string operator()(std::string& (*of)(Settings&)) { return fmt::format("\"{}\"", of(copy)); }
  };
  return std::visit(Show{setting, settings}, setting.member);
}

std::string waiting_for_restart(const Settings& now, const Settings& wanted) {
  std::string names;
  for (const auto& setting : table())
    if (setting.applies == Applies::OnRestart && shown(setting, now) != shown(setting, wanted))
      names += (names.empty() ? "" : " ") + std::string(setting.name);
  return names;
}

std::string reference_page() {
  std::string page =
      "# Settings\n\n"
      "The file is TOML: `postroad.toml` in the data folder. `postroad check-config` tells what is wrong in it, with file and line.\n"
      "Made by `postroad settings`; a test holds this page to the table in the code.\n\n"
      "| setting | default | range | applied by | what it does |\n|---|---|---|---|---|\n";
  for (const auto& setting : table())
    page += fmt::format("| `{}` | `{}` | {} | {} | {} |\n", setting.name, shown(setting, {}), expected(setting),
                        setting.applies == Applies::OnReload ? "reload" : "restart", setting.doc);
  return page;
}

}  // namespace postroad::config
