#include "statistics/counters.h"

namespace postroad::statistics {
namespace {

constexpr CounterWords kWords[] = {
    {"messages_in", "messages that were delivered into the mailbox"},
    {"bytes_in", "octets of the messages that were delivered into the mailbox"},
    {"messages_out", "messages that the user submitted"},
    {"bytes_out", "octets of the messages that the user submitted"},
    {"messages_relayed", "messages that were sent on to other hosts"},
    {"bytes_relayed", "octets of the messages that were sent on to other hosts"},
    {"messages_spam", "messages that came in and were taken for spam"},
    {"bytes_spam", "octets of the messages that came in and were taken for spam"},
    {"autoresponses", "automatic replies that were sent"},
    {"forwards", "messages that were forwarded by the user's own rule"},
    {"messages_appended", "messages that the user, or a migration, put into the mailbox"},
    {"bytes_appended", "octets of the messages that the user, or a migration, put into the mailbox"},
    {"sign_ins_imap", "sign-ins over IMAP that succeeded"},
    {"sign_ins_pop", "sign-ins over POP3 that succeeded"},
    {"sign_ins_webmail", "sign-ins over Webmail that succeeded"},
    {"sign_ins_smtp", "sign-ins over SMTP submission that succeeded"},
    {"sign_ins_app", "sign-ins over APP that succeeded"},
    {"refused_recipients", "recipients refused over SMTP; of the cluster alone"},
    {"refused_messages", "messages and commands refused over SMTP; of the cluster alone"},
};
static_assert(std::size(kWords) == kCounters);

}  // namespace

const CounterWords& words_of(Counter counter) { return kWords[static_cast<std::size_t>(counter)]; }

std::optional<Counter> counter_named(std::string_view name) {
  for (std::size_t at = 0; at < kCounters; ++at)
    if (kWords[at].name == name) return static_cast<Counter>(at);
  return {};
}

}  // namespace postroad::statistics
