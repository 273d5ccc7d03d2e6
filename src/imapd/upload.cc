#include "imapd/upload.h"

#include <algorithm>

#include "mailbox/mail.h"

namespace postroad::imapd {

UploadRoom::UploadRoom(std::atomic<std::uint64_t>& held, std::uint64_t most, std::uint64_t size_bytes) : held_(held) {
  const auto wanted = std::min<std::uint64_t>(size_bytes, mailbox::kInlineBytes);  // a writer holds no more
  if (held_.fetch_add(wanted) + wanted <= most)
    taken_ = wanted;
  else
    held_.fetch_sub(wanted);
}

}  // namespace postroad::imapd
