#include "postroad/account_report.h"

#include <fmt/format.h>

#include "postroad/asking_words.h"

namespace postroad::wiring {
namespace json = boost::json;

namespace {

std::string amount(std::string_view resource, std::uint64_t number) {
  if (resource != "storage" || number < 1024) return std::to_string(number);
  constexpr std::string_view kUnits[] = {"KiB", "MiB", "GiB", "TiB"};
  double value = static_cast<double>(number) / 1024;
  std::size_t unit = 0;
  for (; value >= 1024 && unit + 1 < std::size(kUnits); ++unit) value /= 1024;
  return fmt::format("{:.{}f} {}", value, value < 10 ? 1 : 0, kUnits[unit]);
}

std::string limit_text(std::string_view resource, const json::value& limit) { return limit.is_null() ? "none" : amount(resource, limit.to_number<std::uint64_t>()); }

std::string used_of(const json::object& company, std::string_view resource) {
  const auto& row = company.at("amounts").at(resource);
  return amount(resource, row.at("used").to_number<std::uint64_t>()) + "/" + limit_text(resource, row.at("limit"));
}

std::string joined(const json::value& list) {
  std::string made;
  for (const auto& each : list.as_array()) made += (made.empty() ? "" : ",") + std::string(each.as_string());
  return made.empty() ? "-" : made;
}

std::string or_dash(std::string text) { return text.empty() ? "-" : text; }

}  // namespace

std::string company_table(const json::object& answer) {
  auto made = fmt::format("{:<24} {:<24} {:<20} {:>13} {:>17} {:>21} {}\n", "ADMINISTRATORS", "NAME", "UNDER", "DOMAINS", "MAILBOXES", "STORAGE", "COMPANIES");
  const auto& companies = answer.at("companies").as_array();
  for (const auto& each : companies) {
    const auto& company = each.as_object();
    made += fmt::format("{:<24} {:<24} {:<20} {:>13} {:>17} {:>21} {}\n", text_of(company, "admin_domain"), text_of(company, "name"), or_dash(text_of(company, "parent")),
                        used_of(company, "domains"), used_of(company, "mailboxes"), used_of(company, "storage"), number_of(company, "children"));
  }
  return made + fmt::format("{} of {}; used/limit\n", companies.size(), number_of(answer, "total"));
}

std::string company_page(const json::object& answer) {
  const auto& company = answer.at("company").as_object();
  auto made = fmt::format("{}  {}\n  under {}, {} below it, domains go to cluster {}, since {}\n", text_of(company, "admin_domain"), text_of(company, "name"),
                          or_dash(text_of(company, "parent")), number_of(company, "children"), or_dash(text_of(company, "cluster")), moment_text(number_of(company, "created_at")));
  for (const auto& [resource, row] : company.at("amounts").as_object())
    made += fmt::format("  {:<10} {:>12} used, limit {}\n", std::string_view(resource), amount(resource, row.at("used").to_number<std::uint64_t>()), limit_text(resource, row.at("limit")));
  return answer.contains("administrators") ? made + "\n" + administrator_table(answer) : made;
}

std::string administrator_table(const json::object& answer) {
  auto made = fmt::format("{:<32} {:<14} {:<20} {}\n", "ADMINISTRATOR", "SECOND FACTOR", "SINCE", "ROLES");
  for (const auto& each : answer.at("administrators").as_array()) {
    const auto& line = each.as_object();
    made += fmt::format("{:<32} {:<14} {:<20} {}\n", text_of(line, "name"), line.at("second_factor").as_bool() ? "on" : "off", moment_text(number_of(line, "created_at")),
                        joined(line.at("roles")));
  }
  return made;
}

std::string token_table(const json::object& answer) {
  auto made = fmt::format("{:<28} {:<8} {:<20} {:<20} {:<20} {:<16} {}\n", "TOKEN", "TYPE", "MADE", "ENDS", "LAST USED", "ROLE", "REASON, BY");
  for (const auto& each : answer.at("tokens").as_array()) {
    const auto& line = each.as_object();
    made += fmt::format("{:<28} {:<8} {:<20} {:<20} {:<20} {:<16} {}, {}\n", text_of(line, "id"), text_of(line, "type"), moment_text(number_of(line, "created_at")),
                        moment_text(number_of(line, "expires_at")), moment_text(number_of(line, "used_at")), or_dash(text_of(line, "role")), or_dash(text_of(line, "reason")),
                        text_of(line, "made_by"));
  }
  return made;
}

std::string audit_table(const json::object& answer) {
  auto made = fmt::format("{:<20} {:<22} {:<32} {:<24} {:<9} {}\n", "TIME", "KIND", "SUBJECT", "BY", "FACE", "FROM");
  for (const auto& each : answer.at("entries").as_array()) {
    const auto& line = each.as_object();
    made += fmt::format("{:<20} {:<22} {:<32} {:<24} {:<9} {}\n", text_of(line, "time"), text_of(line, "kind"), text_of(line, "subject"), text_of(line, "actor"), text_of(line, "face"),
                        or_dash(text_of(line, "peer")));
    if (const auto what = text_of(line, "what"); !what.empty()) made += "    " + what + "\n";
  }
  return made;
}

std::string password_note(const std::string& who, const std::string& generated) {
  return "administrator " + who + (generated.empty() ? "\n" : ", password " + generated + " (it is not shown again)\n");
}

}  // namespace postroad::wiring
