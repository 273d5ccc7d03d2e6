#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "mailbox/draft.h"

// Threads and acceptances by hash.
namespace postroad::mailbox {

// The hashes under which a message's thread is looked up: one for each of the Message-IDs, together with the subject.
// rfc8621 3
std::vector<std::uint64_t> reference_hashes(const Head& head, const ThreadKeys& keys);

// Puts an email into the first thread that one of the hashes leads to, or into a new one, and makes all of them lead
// there that lead nowhere. Gives the thread. `email` must be the next email's number.
io::Task<Result<std::uint64_t>> join_thread(Draft& draft, std::vector<std::uint64_t> hashes, EmailNumber email);
// Takes an email that is purged out of its thread. Where it was the last one, `hashes` lead nowhere any more.
io::Task<Result<>> leave_thread(Draft& draft, std::uint64_t thread, std::vector<std::uint64_t> hashes, EmailNumber email);

using AcceptanceHash = std::array<std::uint64_t, 2>;
AcceptanceHash acceptance_hash(const Head& head, std::string_view acceptance);
// The delivery that was made under it, or nothing.
io::Task<Result<std::optional<Acceptance>>> find_acceptance(Draft& draft, AcceptanceHash hash);
// After find_acceptance.
io::Task<Result<>> add_acceptance(Draft& draft, Acceptance acceptance);

}  // namespace postroad::mailbox
