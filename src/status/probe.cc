#include "status/probe.h"

#include "base/text.h"
#include "status/dialogue.h"

namespace postroad::status {

using io::Task;

namespace {

// Runs a probe's steps, and turns what they throw into a finding.
Task<ProbeResult> judged(ProbeWorld world, Task<Finding> steps) {
  const auto started = world.loop.clock().steady();
  ProbeResult result;
  try {
    result.finding = co_await std::move(steps);
    if (result.finding == Finding::Slow) result.reason = "accepted, not applied in time";
  } catch (const std::exception& failed) {  // Unexpected, io::Ended
    result.finding = Finding::Failed;
    result.reason = failed.what();
  }
  result.took = std::chrono::duration_cast<std::chrono::milliseconds>(world.loop.clock().steady() - started);
  co_return result;
}

io::Tick deadline(const ProbeWorld& world) { return world.loop.clock().steady() + world.timeout; }

std::string app_quoted(std::string_view value) {
  std::string made = "\"";
  for (const char c : value) made += c == '"' ? "\"\"" : std::string(1, c);
  return made + "\"";
}

// One APP request; its reply's lines. Unexpected on ER, unless its number is `allowed`.
Task<std::string> app_ask(Dialogue& dialogue, std::string request, std::string allowed = {}) {
  co_await dialogue.say(std::move(request) + "\r\n.");
  auto reply = co_await dialogue.until_dot();
  const bool is_allowed = !allowed.empty() && reply.starts_with("ER " + allowed + " ");
  if (!reply.starts_with("OK ") && !is_allowed) throw Unexpected("APP answered: " + reply.substr(0, 200));
  co_return reply;
}

// A quota near 100 MiB, another each time: a change that the cluster must take.
std::string quota_of(std::string_view token) {
  return std::to_string((100UL << 20) + parse_hex(token.substr(0, 4)).value_or(0));
}

Task<Finding> provisioning_steps(ProbeWorld world, ProbePlan plan, std::string token, std::string password, bool set_password) {
  const auto dialogue = co_await Dialogue::open(world, plan.app, deadline(world));
  const auto greeting = co_await dialogue->until_dot();
  if (!greeting.starts_with("OK 0")) throw Unexpected("APP greeted: " + greeting.substr(0, 200));
  co_await app_ask(*dialogue, "VER ver=\"3.5\"");
  co_await app_ask(*dialogue, "LOGIN user=" + app_quoted(plan.app_user) + " domain=" + app_quoted(plan.app_domain) +
                                  " password=" + app_quoted(plan.app_password));
  const auto name = " domain=" + app_quoted(plan.domain) + " mailbox=" + app_quoted(plan.mailbox);
  const auto found = co_await app_ask(*dialogue, "GET_MAILBOX" + name, "17");
  const bool is_there = found.starts_with("OK ");
  if (is_there && set_password) co_await app_ask(*dialogue, "CHANGE_MAILBOX" + name + " password=" + app_quoted(password));
  auto request = is_there ? "SET_MAILBOX_QUOTA" + name + " quota=" + app_quoted(quota_of(token))
                          : "CREATE_MAILBOX" + name + " workgroup=\"staff\" first_name=\"Probe\" last_name=\"Probe\" password=" + app_quoted(password);
  const auto reply = co_await app_ask(*dialogue, std::move(request));
  co_await dialogue->end("QUIT\r\n.");
  co_return reply.contains("STATE=\"queued\"") ? Finding::Slow : Finding::Good;
}

Task<Finding> inbound_steps(ProbeWorld world, ProbePlan plan, std::string token) {
  const auto dialogue = co_await Dialogue::open(world, plan.smtp, deadline(world));
  const auto expect = [&](const char* code) { return dialogue->until(std::string(code) + " ", ""); };
  co_await expect("220");
  const std::pair<std::string, const char*> steps[] = {
      {"HELO status.invalid", "250"},
      {"MAIL FROM:<>", "250"},
      {"RCPT TO:<" + plan.address() + ">", "250"},
      {"DATA", "354"},
      {"From: Status probe <probe@status.invalid>\r\nTo: <" + plan.address() + ">\r\nSubject: probe " + token +
           "\r\nMessage-ID: <" + token + "@status.invalid>\r\n\r\nSeen by this text, the way in works.\r\n.",
       "250"},
  };
  for (const auto& [line, code] : steps) {
    co_await dialogue->say(line);
    const auto answer = co_await dialogue->line();
    if (!answer.starts_with(code)) throw Unexpected("SMTP answered: " + answer.substr(0, 200));
  }
  co_await dialogue->end("QUIT");
  co_return Finding::Good;
}

Task<std::string> pop_ask(Dialogue& dialogue, std::string line) {
  co_await dialogue.say(std::move(line));
  const auto answer = co_await dialogue.line();
  if (!answer.starts_with("+OK")) throw Unexpected("POP3 answered: " + answer.substr(0, 200));
  co_return answer;
}

Task<Finding> pop_steps(ProbeWorld world, ProbePlan plan, std::string token, std::string password) {
  const auto dialogue = co_await Dialogue::open(world, plan.pop3, deadline(world));
  co_await dialogue->until("+OK", "-ERR");
  co_await pop_ask(*dialogue, "USER " + plan.address());
  co_await pop_ask(*dialogue, "PASS " + password);
  const auto counts = co_await pop_ask(*dialogue, "STAT");
  const auto parts = split(counts, ' ');
  const auto count = parts.size() > 1 ? parse_number(parts[1]).value_or(0) : 0;
  bool is_seen = token.empty();
  for (auto number = count; number > 0 && !is_seen && count - number < 20; --number) {
    co_await pop_ask(*dialogue, "TOP " + std::to_string(number) + " 0");
    is_seen = (co_await dialogue->until_dot()).contains(token);
  }
  co_await dialogue->end("QUIT");
  if (!is_seen) throw Unexpected("the probe's mail is not there");
  co_return Finding::Good;
}

Task<Finding> imap_steps(ProbeWorld world, ProbePlan plan, std::string token, std::string password) {
  const auto dialogue = co_await Dialogue::open(world, plan.imap, deadline(world));
  co_await dialogue->until("* OK", "* BYE");
  co_await dialogue->say("a LOGIN " + app_quoted(plan.address()) + " " + app_quoted(password));
  co_await dialogue->until("a OK", "a ");
  co_await dialogue->say("b SELECT INBOX");
  co_await dialogue->until("b OK", "b ");
  if (!token.empty()) {
    co_await dialogue->say("c UID SEARCH SUBJECT " + app_quoted(token));
    const auto found = co_await dialogue->until("* SEARCH", "c ");
    co_await dialogue->until("c OK", "c ");
    if (found.size() <= std::string_view("* SEARCH").size()) throw Unexpected("the probe's mail is not there");
  }
  co_await dialogue->say("d UID STORE 1:* +FLAGS.SILENT (\\Deleted)");  // UID: no error where nothing is there
  co_await dialogue->until("d OK", "d ");
  co_await dialogue->say("e EXPUNGE");
  co_await dialogue->until("e OK", "e ");
  co_await dialogue->end("f LOGOUT");
  co_return Finding::Good;
}

}  // namespace

Task<ProbeResult> probe_provisioning(ProbeWorld world, ProbePlan plan, std::string token, std::string password, bool set_password) {
  return judged(world, provisioning_steps(world, std::move(plan), std::move(token), std::move(password), set_password));
}
Task<ProbeResult> probe_inbound(ProbeWorld world, ProbePlan plan, std::string token) {
  return judged(world, inbound_steps(world, std::move(plan), std::move(token)));
}
Task<ProbeResult> probe_pop(ProbeWorld world, ProbePlan plan, std::string token, std::string password) {
  return judged(world, pop_steps(world, std::move(plan), std::move(token), std::move(password)));
}
Task<ProbeResult> probe_imap(ProbeWorld world, ProbePlan plan, std::string token, std::string password) {
  return judged(world, imap_steps(world, std::move(plan), std::move(token), std::move(password)));
}

}  // namespace postroad::status
