#include <algorithm>

#include "pop3d/session.h"

namespace postroad::pop3d {
namespace {

using Answer = Session::Answer;

// Parses what follows the keyword, then runs the command with it.
template <auto parse, auto run>
Answer with(Session& session, std::string rest) {
  CO_TRY(auto argument, parse(rest));
  co_return co_await (session.*run)(std::move(argument));
}

template <auto run>
Answer bare(Session& session, std::string rest) {
  CO_TRY_OK(pop3::parse_nothing(rest));
  co_return co_await (session.*run)();
}

constexpr std::uint8_t kAlways = kAuthorization | kTransaction;

constexpr Verb kVerbs[] = {
    // keyword  states          parse and run
    {"USER", kAuthorization, with<pop3::parse_text, &Session::user>},
    {"PASS", kAuthorization, with<pop3::parse_text, &Session::pass>},
    {"AUTH", kAuthorization, with<pop3::parse_auth, &Session::auth>},
    {"STLS", kAuthorization, bare<&Session::stls>},
    {"CAPA", kAlways, bare<&Session::capa>},
    {"QUIT", kAlways, bare<&Session::quit>},
    {"NOOP", kTransaction, bare<&Session::noop>},
    {"STAT", kTransaction, bare<&Session::stat>},
    {"LIST", kTransaction, with<pop3::parse_maybe_number, &Session::list>},
    {"UIDL", kTransaction, with<pop3::parse_maybe_number, &Session::uidl>},
    {"RETR", kTransaction, with<pop3::parse_number, &Session::retr>},
    {"TOP", kTransaction, with<pop3::parse_top, &Session::top>},
    {"DELE", kTransaction, with<pop3::parse_number, &Session::dele>},
    {"RSET", kTransaction, bare<&Session::rset>},
};

}  // namespace

const Verb* find_verb(std::string_view keyword) {
  const auto at = std::ranges::find(kVerbs, keyword, &Verb::keyword);
  return at == std::end(kVerbs) ? nullptr : at;
}

}  // namespace postroad::pop3d
