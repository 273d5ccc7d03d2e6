#include "imapd/session.h"

#include "imap/format.h"
#include "imapd/seat.h"

namespace postroad::imapd {

Session::Session(const Parts& shared, Seat& first, Tally::Place stranger, std::unique_ptr<io::Stream> stream,
                 std::string name)
    : parts(shared),
      seat(&first),
      wire(first.loop(), std::move(stream), shared.options.peer_timeout),
      id(std::move(name)),
      address(wire.stream().peer().address),
      sign_in_until(wire.after(shared.options.sign_in_timeout)),
      as_stranger(std::move(stranger)) {
  seat->take(*this);
}

Session::~Session() {
  view.reset();
  account.reset();
  seat->leave(*this);
}

void Session::untagged(std::string_view text) {
  wire.out() += "* ";
  wire.out() += text;
  wire.out() += "\r\n";
}

void Session::leave(std::string_view text) {
  if (!is_over) untagged("BYE " + std::string(text));
  is_over = true;
}

bool Session::may_go_on() {
  if (!account) return true;
  const auto reason = permit.barred(directory().now(), identity, directory::Service::Imap);
  if (reason.empty()) return true;
  parts.log.info("imap.signed_out", {{"session", id}, {"account", identity.account}, {"why", reason}});
  leave("signed out: " + reason);
  return false;
}

io::Loop& Session::loop() const { return seat->loop(); }
const directory::View& Session::directory() const { return seat->directory(); }

}  // namespace postroad::imapd
