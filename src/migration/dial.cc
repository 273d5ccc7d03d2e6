#include "migration/dial.h"

#include "migration/address.h"
#include "migration/failure.h"

namespace postroad::migration {
namespace {

constexpr std::size_t kAddresses = 4;

}  // namespace

std::unexpected<Error> failure_of(const io::Ended& ended, const Remote& remote) {
  const auto where = server_text(remote) + ": ";
  switch (ended.why()) {
    case io::Ended::Why::Tls: return stop_for(Reason::Certificate, where + plain(ended.what()));
    case io::Ended::Why::Shutdown: return wait_for(Reason::Stopped, "the node stops");
    case io::Ended::Why::TimedOut: return wait_for(Reason::Unreachable, where + "no answer in time");
    default: return wait_for(Reason::Unreachable, where + plain(ended.what()));
  }
}

io::Task<Result<std::unique_ptr<io::Stream>>> dial(io::Loop& loop, const Ways& ways, Remote remote, Options options) {
  auto found = co_await ways.resolver.addresses(loop, remote.host);
  if (!found) {
    if (found.error().fault == Fault::NotFound) co_return stop_for(Reason::Address, found.error().text);
    co_return wait_for(Reason::Unreachable, found.error().text);
  }
  if (!options.allow_private_addresses) {
    std::erase_if(*found, [&options](const std::string& address) {
      return !is_public_address(address) && !(options.allow_loopback && is_loopback_address(address));
    });
    if (found->empty()) co_return stop_for(Reason::Address, remote.host + " is not on the public internet, and migration.allow_private_addresses is off");
  }
  if (found->size() > kAddresses) found->resize(kAddresses);

  std::unexpected<Error> failure = wait_for(Reason::Unreachable, remote.host + " has no address");
  for (const auto& address : *found) {
    try {
      const auto until = loop.clock().steady() + options.timeout;
      auto stream = co_await ways.network.connect(loop, {address, remote.port}, until);
      stream->set_deadline(until);
      if (is_tls_from_start(remote.method)) co_await stream->connect_tls(ways.tls_for(remote), remote.host);
      co_return stream;
    } catch (const io::Ended& ended) {
      failure = failure_of(ended, remote);
    }
    if (is_for_good(failure.error())) break;
  }
  co_return failure;
}

}  // namespace postroad::migration
