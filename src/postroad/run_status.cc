#include "postroad/commands.h"
#include "sql/sqlite.h"
#include "status/node.h"
#include "status/operators.h"
#include "status/plan_file.h"

namespace postroad::wiring {

using io::Task;

namespace {

constexpr auto kFolderLook = std::chrono::seconds(2);

// The process, its parts in the order in which they need each other.
class StatusProcess {
 public:
  explicit StatusProcess(Process& process) : process_(process) {}

  Result<> start() {
    const auto& settings = process_.settings().status;
    TRY(tls_, process_.public_client_tls());
    TRY(auto zone, status::Zone::named(settings.zone));
    TRY(auto archive, status::Archive::open(std::make_unique<sql::Sqlite>((process_.folder() / "status.db").string())));
    auto listener = process_.sockets().listener(process_.loop(), "http");
    status::NodeOptions options{settings.title,    settings.zone, settings.probe_interval, settings.probe_timeout,
                                process_.folder(), {},            "localhost",             settings.url};
    if (options.url.empty()) options.url = "http://" + listener->local().text();
    if (const auto plans = read_file(process_.folder() / "probes.json")) {
      TRY(options.plans, status::parse_plans(*plans));
    } else {
      process_.log().warning("status.no_probes", {{"file", (process_.folder() / "probes.json").string()}});
    }
    node_ = std::make_unique<status::Node>(process_.loop(), process_.network(), process_.machine().random(), *tls_, std::move(archive),
                                           std::move(zone), process_.log(), process_.metrics(), std::move(options));
    TRY_OK(node_->start());
    web_ = std::make_unique<http::Server>(process_.loop(), std::move(listener), nullptr,
                                          [this](http::Request request) { return node_->serve(std::move(request)); });
    web_->start();
    operators_ = io::real::listen_unix(process_.loop(), (process_.folder() / "operator.sock").string());
    process_.loop().spawn(status::serve_operators(process_.loop(), *operators_, *node_), "operators");
    process_.loop().spawn(watch_folder(), "folder");
    process_.ready();
    return {};
  }

  Task<void> stop() {
    web_->stop();
    operators_->close();
    co_return;
  }

 private:
  // It may have outlived its supervisor: then nobody else ends it once its data is thrown away.
  Task<void> watch_folder() {
    while (std::filesystem::exists(process_.folder())) co_await process_.loop().sleep(kFolderLook);
    process_.fail_with(process_.folder().string() + " is gone");
  }

  Process& process_;
  std::unique_ptr<tls::Context> tls_;
  std::unique_ptr<status::Node> node_;
  std::unique_ptr<http::Server> web_;
  std::unique_ptr<io::Listener> operators_;
};

}  // namespace

int run_status(const ProcessOptions& options) {
  auto process = Process::open(options, "status", 1);
  if (!process) return complain(process.error());
  StatusProcess status(**process);
  if (const auto started = status.start(); !started) return complain(started.error());
  return (*process)->run([&] { return status.stop(); }, [] { return true; });
}

}  // namespace postroad::wiring
