#include "mailbox/rows/buckets.h"

#include <bit>

#include "mailbox/rows/dense.h"

namespace postroad::mailbox {
namespace {

constexpr std::uint8_t kBucketFormat = 1;

void put_hash(DenseWriter& out, std::uint64_t hash) {
  char bytes[8];
  for (int at = 7; at >= 0; --at, hash >>= 8) bytes[at] = static_cast<char>(hash & 0xff);
  out.bytes({bytes, sizeof bytes});
}

std::uint64_t take_hash(DenseReader& in) {
  std::uint64_t hash = 0;
  for (const char c : in.bytes(8)) hash = hash << 8 | static_cast<std::uint8_t>(c);
  return hash;
}

}  // namespace

std::uint32_t bucket_of(std::uint64_t hash, std::uint32_t buckets) {
  const std::uint32_t doubled = std::bit_ceil(buckets);
  const auto bucket = static_cast<std::uint32_t>(hash & (doubled - 1));
  return bucket < buckets ? bucket : bucket - doubled / 2;
}

std::uint32_t bucket_to_cut(std::uint32_t buckets) { return buckets - std::bit_floor(buckets); }

std::string encode(const std::vector<Reference>& bucket) {
  DenseWriter out(kBucketFormat);
  out.number(bucket.size());
  for (const auto& each : bucket) {
    put_hash(out, each.hash);
    out.number(each.thread);
  }
  return out.take();
}

Result<> decode(std::string_view row, std::vector<Reference>& bucket) {
  TRY(auto in, DenseReader::open(row, kBucketFormat, "bucket of references"));
  bucket.resize(in.count());
  for (auto& each : bucket) {
    each.hash = take_hash(in);
    each.thread = in.number();
  }
  return in.end();
}

std::string encode(const std::vector<Acceptance>& bucket) {
  DenseWriter out(kBucketFormat);
  out.number(bucket.size());
  for (const auto& each : bucket) {
    for (const auto half : each.hash) put_hash(out, half);
    out.signed_number(each.at);
    out.number(each.folder);
    out.number(each.uid);
    out.number(each.email);
    out.number(each.modseq);
  }
  return out.take();
}

Result<> decode(std::string_view row, std::vector<Acceptance>& bucket) {
  TRY(auto in, DenseReader::open(row, kBucketFormat, "bucket of acceptances"));
  bucket.resize(in.count());
  for (auto& each : bucket) {
    each.hash = {take_hash(in), take_hash(in)};
    each.at = in.signed_number();
    each.folder = static_cast<FolderNumber>(in.number(UINT32_MAX));
    each.uid = static_cast<Uid>(in.number(UINT32_MAX));
    each.email = in.number();
    each.modseq = in.number();
  }
  return in.end();
}

}  // namespace postroad::mailbox
