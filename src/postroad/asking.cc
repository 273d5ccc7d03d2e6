#include "postroad/asking.h"

#include <cstdio>

#include "io/real/machine.h"
#include "io/real/network.h"
#include "postroad/commands.h"

namespace postroad::wiring {

using io::Task;

namespace {

constexpr auto kPatience = std::chrono::seconds(30);

Task<void> converse(io::real::Machine* machine, std::string path, Talk talk, Result<std::string>* answer) {
  try {
    const auto stream = co_await io::real::connect_unix(machine->loop(0), path);
    stream->set_deadline(machine->clock().steady() + kPatience);
    *answer = co_await talk(machine->loop(0), *stream);
  } catch (const io::Ended& ended) {
    *answer = fail(Fault::Busy, std::string(ended.what()) + "; is postroad running with this --dir?");
  }
  machine->stop();
}

}  // namespace

int ask(const Path& socket, Talk talk) {
  io::real::Machine machine(1);
  Result<std::string> answer = fail(Fault::Broken, "no answer");
  machine.loop(0).spawn(converse(&machine, socket.string(), std::move(talk), &answer), "operator");
  machine.run();
  if (!answer) return complain(answer.error());
  std::fputs(answer->c_str(), stdout);
  return 0;
}

}  // namespace postroad::wiring
