#include "migration/testing_source.h"

#include "base/text.h"

namespace postroad::migration::testing {

using io::Task;

FakeMessage& FakeFolder::add(std::string text, std::string flags) {
  const auto uid = messages.empty() ? 1 : messages.back().uid + 1;
  messages.push_back({uid, std::move(flags), "17-Jul-1996 02:44:25 -0700", std::move(text), {}});
  return messages.back();
}

FakeSource::FakeSource(io::simulated::World& world, io::simulated::Network& network, std::string host)
    : world_(world), network_(network), host_(std::move(host)) {
  start();
}

FakeSource::~FakeSource() {
  loop_->kill();
  listeners_.clear();
}

void FakeSource::start() {
  loop_ = std::make_unique<io::simulated::Loop>(world_, "source");
  const std::pair<std::uint16_t, std::pair<bool, bool>> ports[] = {
      {143, {false, false}}, {993, {false, true}}, {110, {true, false}}, {995, {true, true}}};
  for (const auto& [port, kind] : ports) {
    listeners_.push_back(network_.host(host_).listen(*loop_, {"0.0.0.0", port}));
    loop_->spawn(accept(listeners_.back().get(), kind.first, kind.second), "accept");
  }
}

void FakeSource::stop() {
  loop_->kill();
  listeners_.clear();
  network_.reset(host_);
}

Task<void> FakeSource::accept(io::Listener* listener, bool is_pop3, bool is_secure) {
  try {
    for (;;) loop_->spawn(serve(co_await listener->accept(), is_pop3, is_secure), "session");
  } catch (const io::Ended&) {
  }
}

namespace {

std::string literal(const std::string& text) { return "{" + std::to_string(text.size()) + "}\r\n" + text; }

std::string header_of(const std::string& text) {
  const auto at = text.find("\r\n\r\n");
  return at == text.npos ? text : text.substr(0, at + 4);
}

std::string stuffed(const std::string& text) {
  std::string made = text.starts_with('.') ? "." : "";
  for (std::size_t at = 0; at < text.size(); ++at) {
    made += text[at];
    if (text[at] == '\n' && at + 1 < text.size() && text[at + 1] == '.') made += '.';
  }
  return made + (made.ends_with("\r\n") ? ".\r\n" : "\r\n.\r\n");
}

std::string unquoted(std::string_view text) {
  if (!text.starts_with('"')) return std::string(text);
  std::string made;
  for (std::size_t at = 1; at + 1 < text.size(); ++at) {
    if (text[at] == '\\') ++at;
    made += text[at];
  }
  return made;
}

bool is_in(std::string_view set, std::uint32_t number) {
  for (const auto part : split(set, ',')) {
    const auto colon = part.find(':');
    const auto first = *parse_number(part.substr(0, colon));
    const auto last = colon == part.npos ? first : *parse_number(part.substr(colon + 1));
    if (number >= first && number <= last) return true;
  }
  return false;
}

}  // namespace

// One connection's state and answers.
struct FakeSource::Session {
  FakeSource& source;
  FakeFolder* open = nullptr;

  std::string list(bool is_lsub) const {
    std::string made;
    for (const auto& [wire, folder] : source.folders)
      if (!is_lsub || folder.is_subscribed)
        made += (is_lsub ? "* LSUB (" : "* LIST (") + folder.attributes + ") \"/\" " + literal(wire) + "\r\n";
    return made;
  }

  std::string fetch(std::string_view set, bool by_uid, bool with_body, bool with_header) const {
    std::string made;
    std::uint32_t number = 0;
    for (const auto& each : open->messages) {
      ++number;
      if (!is_in(set, by_uid ? each.uid : number)) continue;
      made += "* " + std::to_string(number) + " FETCH (UID " + std::to_string(each.uid);
      if (with_body)
        made += " FLAGS (" + each.flags + ") INTERNALDATE \"" + each.date + "\" BODY[] " + literal(each.text);
      else if (with_header)
        made += " BODY[HEADER.FIELDS (MESSAGE-ID DATE FROM SUBJECT)] " + literal(header_of(each.text));
      else
        made += " RFC822.SIZE " + std::to_string(each.text.size());
      made += ")\r\n";
    }
    return made;
  }

  std::string imap(const std::string& command) {
    const auto words = split(command, ' ');
    const auto verb = upper(words[0]);
    if (verb == "CAPABILITY") return "* CAPABILITY " + source.capabilities + "\r\n% OK done\r\n";
    if (verb == "AUTHENTICATE") {
      const auto want = base64(std::string(1, '\0') + source.user + '\0' + source.password);
      return words.size() == 3 && words[2] == want ? "% OK in\r\n" : "% NO [AUTHENTICATIONFAILED] no\r\n";
    }
    if (verb == "LOGIN") {
      const bool is_right = command == "LOGIN \"" + source.user + "\" \"" + source.password + "\"";
      return is_right ? "% OK in\r\n" : "% NO no\r\n";
    }
    if (verb == "NAMESPACE") return "* NAMESPACE " + source.namespaces + "\r\n% OK done\r\n";
    if (verb == "LIST" || verb == "LSUB") return list(verb == "LSUB") + "% OK done\r\n";
    if (verb == "EXAMINE") {
      const auto found = source.folders.find(unquoted(command.substr(8)));
      if (found == source.folders.end()) return "% NO [NONEXISTENT] none\r\n";
      open = &found->second;
      return "* " + std::to_string(open->messages.size()) + " EXISTS\r\n* OK [UIDVALIDITY " + std::to_string(open->validity) +
             "] valid\r\n% OK [READ-ONLY] open\r\n";
    }
    if (verb == "FETCH") return fetch(words[1], false, false, false) + "% OK done\r\n";
    if (verb == "UID") return fetch(words[2], true, command.contains("BODY.PEEK[]"), command.contains("HEADER")) + "% OK done\r\n";
    if (verb == "LOGOUT") return "* BYE bye\r\n% OK out\r\n<close>";
    return "% BAD what\r\n";
  }

  std::string pop3(const std::string& command) {
    const auto words = split(command, ' ');
    const auto verb = upper(words[0]);
    auto& drop = source.folders["INBOX"];
    if (verb == "CAPA") return "+OK\r\n" + source.pop3_capabilities + ".\r\n";
    if (verb == "USER") return "+OK\r\n";
    if (verb == "PASS") return command.substr(5) == source.password ? "+OK\r\n" : "-ERR [AUTH] no\r\n";
    if (verb == "LIST" || verb == "UIDL") {
      std::string made = "+OK\r\n";
      for (std::size_t at = 0; at < drop.messages.size(); ++at) {
        const auto& each = drop.messages[at];
        const auto unique = each.unique_id.empty() ? "u" + std::to_string(each.uid) : each.unique_id;
        made += std::to_string(at + 1) + " " + (verb == "LIST" ? std::to_string(each.text.size()) : unique) + "\r\n";
      }
      return made + ".\r\n";
    }
    if (verb == "RETR" || verb == "TOP") {
      const auto number = *parse_number(words[1]);
      if (number == 0 || number > drop.messages.size()) return "-ERR none\r\n";
      const auto& text = drop.messages[number - 1].text;
      return "+OK\r\n" + stuffed(verb == "TOP" ? header_of(text) : text);
    }
    if (verb == "QUIT") return "+OK\r\n<close>";
    return "-ERR what\r\n";
  }
};

Task<void> FakeSource::serve(std::unique_ptr<io::Stream> stream, bool is_pop3, bool is_secure) {
  ++connections;
  Session session{*this};
  try {
    if (is_secure) co_await stream->accept_tls(*tls);
    co_await stream->write(!greeting.empty() ? greeting : is_pop3 ? "+OK hello\r\n" : "* OK hello\r\n");
    io::Reader reader(*stream);
    for (;;) {
      auto line = std::string(trim(*co_await reader.line(1 << 20)));
      const auto tag = is_pop3 ? std::string() : line.substr(0, line.find(' '));
      if (!is_pop3) line.erase(0, tag.size() + 1);
      // A literal is asked for, and put into the line as a quoted string.
      while (line.ends_with('}') && !is_pop3) {
        const auto open = line.rfind('{');
        const auto size = *parse_number(std::string_view(line).substr(open + 1, line.size() - open - 2));
        co_await stream->write("+ go on\r\n");
        std::string bytes;
        co_await reader.exactly(size, bytes);
        line = line.substr(0, open) + '"' + bytes + '"' + std::string(trim(*co_await reader.line(1 << 20)));
      }
      commands.push_back(line);
      auto said = answer ? answer(line) : std::nullopt;
      const bool starts_tls = upper(line) == "STARTTLS" || upper(line) == "STLS";
      if (!said && starts_tls && tls != nullptr) said = is_pop3 ? "+OK\r\n" : "% OK\r\n";
      if (!said) said = is_pop3 ? session.pop3(line) : session.imap(line);
      if (*said == "<silence>") continue;
      const bool closes = said->ends_with("<close>");
      if (closes) said->resize(said->size() - 7);
      if (!is_pop3) {
        if (said->starts_with('%')) said->replace(0, 1, tag);
        if (const auto at = said->rfind("\n%"); at != said->npos) said->replace(at + 1, 1, tag);
      }
      co_await stream->write(*said);
      if (closes) co_return;
      if (starts_tls && tls != nullptr && !said->contains("BAD")) {
        reader.forget();
        co_await stream->accept_tls(*tls);
      }
    }
  } catch (const io::Ended&) {
  }
}

}  // namespace postroad::migration::testing
