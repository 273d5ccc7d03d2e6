#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mailbox/rows/dense.h"

namespace postroad::mailbox {

inline constexpr std::uint8_t kPageFormat = 1;

// What all pages share: the format, the count, the first number, and each next one as its distance from the one before.
// `write_rest(out, entry)` and `read_rest(in, number, entry)` do the rest of an entry.
template <class Entry, class WriteRest>
std::string encode_page(const std::vector<Entry>& page, WriteRest write_rest) {
  DenseWriter out(kPageFormat);
  out.number(page.size());
  std::uint64_t before = 0;
  for (const auto& entry : page) {
    out.number(entry.number() - before);
    before = entry.number();
    write_rest(out, entry);
  }
  return out.take();
}

template <class Entry, class ReadRest>
Result<> decode_page(std::string_view row, std::string_view what, std::vector<Entry>& page, ReadRest read_rest) {
  TRY(auto in, DenseReader::open(row, kPageFormat, what));
  const auto count = in.count();
  page.clear();
  page.reserve(count);
  std::uint64_t number = 0;
  for (std::size_t at = 0; at < count && !in.failed(); ++at) {
    const auto distance = in.number();
    if (distance == 0 || number + distance < number) return fail(Fault::Broken, std::string(what) + " is damaged");
    number += distance;
    read_rest(in, number, page.emplace_back());
  }
  if (page.empty()) return fail(Fault::Broken, std::string(what) + " is damaged");
  return in.end();
}

}  // namespace postroad::mailbox
