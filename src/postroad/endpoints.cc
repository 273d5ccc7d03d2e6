#include "postroad/endpoints.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

namespace postroad::wiring {
namespace json = boost::json;
namespace {

json::object endpoint(const Socket& socket) {
  return {{"host", socket.at.address}, {"port", socket.at.port}, {"tls", tls_text(socket.tls)}};
}

json::object plane_object(const Plane& plane, int process) {
  json::object made;
  for (const auto& socket : plane.sockets)
    if (socket.service != "feed") made[socket.service] = endpoint(socket);
  made["pid"] = process;
  return made;
}

std::string text_at(const json::value& value, std::initializer_list<std::string_view> path) {
  const json::value* at = &value;
  for (const auto key : path) at = &at->as_object().at(key);
  return at->is_string() ? std::string(at->as_string()) : json::serialize(*at);
}

}  // namespace

Result<> write_endpoints(const Path& folder, const std::vector<Plane>& planes, const std::map<std::string, int>& process_ids,
                         const std::string& demo) {
  json::object clusters;
  json::object all;
  for (const auto& plane : planes) {
    auto made = plane_object(plane, process_ids.at(plane.title()));
    if (plane.kind == Plane::Kind::Cluster) {
      clusters[plane.name] = std::move(made);
    } else {
      all[plane.title()] = std::move(made);
    }
  }
  all["clusters"] = std::move(clusters);
  all["ca"] = "tls/ca.pem";
  all["accounts"] = json::array();
  all["admin"] = json::object();
  if (!demo.empty()) {
    boost::system::error_code failed;
    const auto parsed = json::parse(demo, failed);
    if (failed || !parsed.is_object()) return fail(Fault::Broken, "control/demo.json is damaged; start anew with --fresh");
    all["accounts"] = parsed.at("accounts");
    all["admin"] = parsed.at("administrators").at(0);
  }
  return write_file(folder / "endpoints.json", json::serialize(all) + "\n");
}

Result<> write_probes(const Path& folder, const std::vector<Plane>& planes, const std::string& demo) {
  if (demo.empty()) return {};
  boost::system::error_code failed;
  const auto parsed = json::parse(demo, failed);
  if (failed) return fail(Fault::Broken, "control/demo.json is damaged; start anew with --fresh");
  const auto control = std::ranges::find(planes, Plane::Kind::Control, &Plane::kind);
  json::array plans;
  for (const auto& probe : parsed.at("probes").as_array()) {
    const auto cluster = std::ranges::find(planes, std::string(probe.at("cluster").as_string()), &Plane::name);
    if (cluster == planes.end()) continue;
    plans.push_back(json::object{{"cluster", cluster->name},
                                 {"smtp", endpoint(*cluster->find("smtp"))},
                                 {"imap", endpoint(*cluster->find("imaps"))},
                                 {"pop3", endpoint(*cluster->find("pop3s"))},
                                 {"app", endpoint(*control->find("app"))},
                                 {"app_user", probe.at("user")},
                                 {"app_domain", probe.at("admin_domain")},
                                 {"app_password", probe.at("password")},
                                 {"domain", probe.at("domain")}});
  }
  return write_file(folder / "status/probes.json", json::serialize(plans) + "\n");
}

Result<std::string> welcome(const Path& folder, const std::string& program, bool is_detached) {
  TRY(const auto text, read_file(folder / "endpoints.json"));
  const auto all = json::parse(text);
  const auto& accounts = all.at("accounts").as_array();
  if (accounts.empty()) return std::string("Postroad is up.\n");
  const auto address = text_at(accounts[0], {"address"});
  const auto password = text_at(accounts[0], {"password"});
  const auto cluster = text_at(accounts[0], {"cluster"});
  const auto port = [&](std::string_view service) { return text_at(all, {"clusters", cluster, service, "port"}); };
  const auto ca = (folder / "tls/ca.pem").string();
  return fmt::format(
      "Postroad is up: two clusters, control and the status page, on 127.0.0.1 alone.\n\n"
      "  status page   http://127.0.0.1:{status}/\n"
      "  a mailbox     {address}, password {password}\n"
      "  its ports     SMTP {smtp}   LMTP {lmtp}   IMAP {imap}, TLS {imaps}   POP3 {pop3}, TLS {pop3s}\n"
      "  provisioning  APP {app_plain}, TLS {app}; administrator {user} of {domain}, password {admin_password}\n"
      "  all the rest  {folder}/endpoints.json (cluster b, every account), {folder}/log/\n\n"
      "Try:\n"
      "  swaks --server 127.0.0.1:{smtp} --to {address} --from you@example.org\n"
      "  curl --cacert {ca} -u '{address}:{password}' 'imaps://127.0.0.1:{imaps}/INBOX;MAILINDEX=1'\n"
      "  {program} provisioning state --dir {folder}\n\n"
      "Stop it with{ctrl_c} {program} down --dir {folder}\n",
      fmt::arg("status", text_at(all, {"status", "http", "port"})), fmt::arg("address", address), fmt::arg("password", password),
      fmt::arg("imap", port("imap")), fmt::arg("imaps", port("imaps")), fmt::arg("pop3", port("pop3")), fmt::arg("pop3s", port("pop3s")),
      fmt::arg("smtp", port("smtp")), fmt::arg("lmtp", port("lmtp")), fmt::arg("app", text_at(all, {"control", "app", "port"})),
      fmt::arg("app_plain", text_at(all, {"control", "app_plain", "port"})), fmt::arg("user", text_at(all, {"admin", "user"})),
      fmt::arg("domain", text_at(all, {"admin", "domain"})), fmt::arg("admin_password", text_at(all, {"admin", "password"})),
      fmt::arg("folder", folder.string()), fmt::arg("ca", ca), fmt::arg("program", program),
      fmt::arg("ctrl_c", is_detached ? ":" : " Ctrl-C, or:"));
}

}  // namespace postroad::wiring
