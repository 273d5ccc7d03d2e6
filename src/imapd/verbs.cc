#include "imapd/verbs.h"

#include <algorithm>

#include "imapd/commands.h"

namespace postroad::imapd {
namespace {

Answer refuse(Error error) { co_return std::unexpected(std::move(error)); }

template <auto Parse, auto Run>
Answer step(Session& session, imap::Scanner arguments) {
  auto parsed = Parse(arguments);
  if (!parsed) return refuse(std::move(parsed.error()));
  return Run(session, std::move(*parsed));
}

constexpr std::uint8_t kAny = kNotAuthenticated | kAuthenticated | kSelected;
constexpr std::uint8_t kSignedIn = kAuthenticated | kSelected;

using namespace imap;

// rfc3501 6, and the extensions that README.md lists.
constexpr Verb kVerbs[] = {
    // name           states             flags          parse and run
    {"CAPABILITY", kAny, kNone, step<parse_nothing, run_capability>},
    {"NOOP", kAny, kNone, step<parse_nothing, run_noop>},
    {"LOGOUT", kAny, kSilent, step<parse_nothing, run_logout>},
    {"ID", kAny, kNone, step<parse_id, run_id>},

    {"STARTTLS", kNotAuthenticated, kStartsTls, step<parse_nothing, run_starttls>},
    {"LOGIN", kNotAuthenticated, kNone, step<parse_login, run_login>},
    {"AUTHENTICATE", kNotAuthenticated, kNone, step<parse_authenticate, run_authenticate>},

    {"ENABLE", kSignedIn, kNone, step<parse_enable, run_enable>},
    {"NAMESPACE", kSignedIn, kNone, step<parse_nothing, run_namespace>},
    {"SELECT", kSignedIn, kSilent, step<parse_select, run_select>},
    {"EXAMINE", kSignedIn, kSilent, step<parse_select, run_examine>},
    {"CREATE", kSignedIn, kNone, step<parse_create, run_create>},
    {"DELETE", kSignedIn, kNone, step<parse_named, run_delete>},
    {"RENAME", kSignedIn, kNone, step<parse_rename, run_rename>},
    {"SUBSCRIBE", kSignedIn, kNone, step<parse_named, run_subscribe>},
    {"UNSUBSCRIBE", kSignedIn, kNone, step<parse_named, run_unsubscribe>},
    {"LIST", kSignedIn, kNone, step<parse_list, run_list>},
    {"LSUB", kSignedIn, kNone, step<parse_list, run_lsub>},
    {"STATUS", kSignedIn, kNone, step<parse_status, run_status>},
    {"APPEND", kSignedIn, kNone, step<parse_append, run_append>},
    {"IDLE", kSignedIn, kNone, step<parse_nothing, run_idle>},

    {"CHECK", kSelected, kNone, step<parse_nothing, run_noop>},
    {"CLOSE", kSelected, kSilent, step<parse_nothing, run_close>},
    {"UNSELECT", kSelected, kSilent, step<parse_nothing, run_unselect>},
    {"EXPUNGE", kSelected, kNone, step<parse_nothing, run_expunge>},
    {"UID EXPUNGE", kSelected, kNone, step<parse_uid_expunge, run_uid_expunge>},
    {"FETCH", kSelected, kNumbersStand, step<parse_fetch, run_fetch>},
    {"UID FETCH", kSelected, kNone, step<parse_fetch, run_uid_fetch>},
    {"STORE", kSelected, kNumbersStand, step<parse_store, run_store>},
    {"UID STORE", kSelected, kNone, step<parse_store, run_uid_store>},
    {"SEARCH", kSelected, kNumbersStand, step<parse_search, run_search>},
    {"UID SEARCH", kSelected, kNone, step<parse_search, run_uid_search>},
    {"COPY", kSelected, kNone, step<parse_copy, run_copy>},
    {"UID COPY", kSelected, kNone, step<parse_copy, run_uid_copy>},
    {"MOVE", kSelected, kNone, step<parse_copy, run_move>},
    {"UID MOVE", kSelected, kNone, step<parse_copy, run_uid_move>},
};

}  // namespace

const Verb* find_verb(std::string_view name) {
  const auto at = std::ranges::find(kVerbs, name, &Verb::name);
  return at == std::end(kVerbs) ? nullptr : at;
}

}  // namespace postroad::imapd
