#include "mailbox/rows/folder_row.h"

#include "base/id.h"
#include "store/row.h"

namespace postroad::mailbox {
namespace {

enum Tag : std::uint8_t {
  kId = 1, kName, kRole, kUidValidity, kUidNext, kRecentFrom, kHighestModseq, kCreatedModseq, kVanishedFrom, kMessages,
  kUnseen, kDeletedTag, kSizeBytes, kDropped
};

}  // namespace

std::string encode(const FolderRow& folder) {
  return store::RowWriter(kFolderFormat)
      .text(kId, folder.id)
      .text(kName, folder.name)
      .number(kRole, static_cast<std::uint8_t>(folder.role))
      .number(kUidValidity, folder.uid_validity)
      .number(kUidNext, folder.uid_next)
      .number(kRecentFrom, folder.recent_from)
      .number(kHighestModseq, folder.highest_modseq)
      .number(kCreatedModseq, folder.created_modseq)
      .number(kVanishedFrom, folder.vanished_from)
      .number(kMessages, folder.messages)
      .number(kUnseen, folder.unseen)
      .number(kDeletedTag, folder.deleted)
      .number(kSizeBytes, folder.size_bytes)
      .number(kDropped, folder.is_dropped ? 1 : 0)
      .take();
}

Result<FolderRow> decode_folder(FolderNumber number, std::string_view row) {
  TRY(const auto in, store::RowReader::open(row, kFolderFormat, "row of a folder"));
  FolderRow folder;
  folder.number = number;
  folder.id = in.text(kId);
  folder.name = in.text(kName);
  folder.role = static_cast<Role>(in.number(kRole));
  folder.uid_validity = static_cast<std::uint32_t>(in.number(kUidValidity));
  folder.uid_next = static_cast<Uid>(in.number(kUidNext));
  folder.recent_from = static_cast<Uid>(in.number(kRecentFrom));
  folder.highest_modseq = in.number(kHighestModseq);
  folder.created_modseq = in.number(kCreatedModseq);
  folder.vanished_from = in.number(kVanishedFrom);
  folder.messages = static_cast<std::uint32_t>(in.number(kMessages));
  folder.unseen = static_cast<std::uint32_t>(in.number(kUnseen));
  folder.deleted = static_cast<std::uint32_t>(in.number(kDeletedTag));
  folder.size_bytes = in.number(kSizeBytes);
  folder.is_dropped = in.number(kDropped) != 0;
  if (!is_id(folder.id, 'f') || folder.name.empty() || folder.uid_validity == 0 || folder.uid_next == 0)
    return fail(Fault::Broken, "row of a folder is damaged");
  return folder;
}

}  // namespace postroad::mailbox
