#include "omad/method.h"

namespace postroad::omad {

// Whether the credentials are right: whoever gets here has signed in.
Answering authenticate(Call) { co_return Answer{}; }

// What was sent comes back, without the credentials.
Answering echo(Call call) {
  Answer answer;
  for (const auto& member : call.members)
    if (member.key() != "success" && member.key() != "audit") answer.members.emplace_back(member.key(), member.value());
  co_return answer;
}

}  // namespace postroad::omad
