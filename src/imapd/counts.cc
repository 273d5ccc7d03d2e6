#include "imapd/counts.h"

namespace postroad::imapd {
namespace {
constexpr std::string_view kCommands = "postroad_imapd_commands_total";
constexpr std::string_view kCommandsHelp = "Commands answered, by their tagged response";
}  // namespace

Counts::Counts(metrics::Registry& registry)
    : sessions(registry.counter("postroad_imapd_sessions_total", "Connections taken")),
      turned_away(registry.counter("postroad_imapd_turned_away_total", "Connections refused, as there are too many")),
      open(registry.gauge("postroad_imapd_sessions", "Connections that are open")),
      idling(registry.gauge("postroad_imapd_idling", "Sessions in IDLE")),
      sign_ins(registry.counter("postroad_imapd_sign_ins_total", "Sign-ins that went well")),
      sign_in_failures(registry.counter("postroad_imapd_sign_in_failures_total", "Sign-ins that were refused")),
      appended(registry.counter("postroad_imapd_appended_total", "Messages stored by APPEND")),
      fetched_bytes(registry.counter("postroad_imapd_fetched_bytes_total", "Bytes of messages sent by FETCH")),
      command_seconds(registry.histogram("postroad_imapd_command_seconds", "Time from a whole command to its answer")),
      ok(registry.counter(kCommands, kCommandsHelp, {{"answer", "ok"}})),
      no(registry.counter(kCommands, kCommandsHelp, {{"answer", "no"}})),
      bad(registry.counter(kCommands, kCommandsHelp, {{"answer", "bad"}})) {}

}  // namespace postroad::imapd
