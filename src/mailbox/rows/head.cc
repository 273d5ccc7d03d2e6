#include "mailbox/rows/head.h"

#include <algorithm>

#include "store/row.h"

namespace postroad::mailbox {
namespace {

enum Tag : std::uint8_t {
  kVersion = 1, kNextEmail, kNextThread, kNextFolder, kLastUidValidity, kUsedBytes, kUsedEmails, kPlacements, kShared,
  kRecoverable, kRecoverableBytes, kSecretA, kSecretB, kReferenceBuckets, kAcceptanceBuckets, kDue, kMarksTag
};

std::string encode_marks(const std::array<std::uint32_t, kMarks>& marks) {
  std::string bytes;
  for (const auto mark : marks)
    for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(mark >> shift & 0xff));
  return bytes;
}

std::array<std::uint32_t, kMarks> decode_marks(std::string_view bytes) {
  std::array<std::uint32_t, kMarks> marks{};
  const auto count = std::min(bytes.size() / 4, kMarks);
  for (std::size_t at = 0; at < count * 4; ++at) marks[at / 4] = marks[at / 4] << 8 | static_cast<std::uint8_t>(bytes[at]);
  return marks;
}

}  // namespace

std::string encode(const Head& head) {
  return store::RowWriter(kHeadFormat)
      .number(kVersion, head.version)
      .number(kNextEmail, head.next_email)
      .number(kNextThread, head.next_thread)
      .number(kNextFolder, head.next_folder)
      .number(kLastUidValidity, head.last_uid_validity)
      .number(kUsedBytes, head.used_bytes)
      .number(kUsedEmails, head.used_emails)
      .number(kPlacements, head.placements)
      .number(kShared, head.shared)
      .number(kRecoverable, head.recoverable)
      .number(kRecoverableBytes, head.recoverable_bytes)
      .number(kSecretA, head.secret[0])
      .number(kSecretB, head.secret[1])
      .number(kReferenceBuckets, head.reference_buckets)
      .number(kAcceptanceBuckets, head.acceptance_buckets)
      .number(kDue, static_cast<std::uint64_t>(head.due_ms))
      .text(kMarksTag, encode_marks(head.marks))
      .take();
}

Result<Head> decode_head(std::string_view row) {
  TRY(const auto in, store::RowReader::open(row, kHeadFormat, "an account's head row"));
  Head head;
  head.version = in.number(kVersion);
  head.next_email = in.number(kNextEmail);
  head.next_thread = in.number(kNextThread);
  head.next_folder = static_cast<std::uint32_t>(in.number(kNextFolder));
  head.last_uid_validity = static_cast<std::uint32_t>(in.number(kLastUidValidity));
  head.used_bytes = in.number(kUsedBytes);
  head.used_emails = in.number(kUsedEmails);
  head.placements = in.number(kPlacements);
  head.shared = in.number(kShared);
  head.recoverable = in.number(kRecoverable);
  head.recoverable_bytes = in.number(kRecoverableBytes);
  head.secret = {in.number(kSecretA), in.number(kSecretB)};
  head.reference_buckets = static_cast<std::uint32_t>(in.number(kReferenceBuckets));
  head.acceptance_buckets = static_cast<std::uint32_t>(in.number(kAcceptanceBuckets));
  head.due_ms = static_cast<std::int64_t>(in.number(kDue));
  head.marks = decode_marks(in.text(kMarksTag));
  if (head.version == 0 || head.reference_buckets == 0 || head.acceptance_buckets == 0)
    return fail(Fault::Broken, "an account's head row is damaged");
  return head;
}

}  // namespace postroad::mailbox
