#include "message/attachment.h"

#include <doctest/doctest.h>

#include "message/index.h"

using namespace postroad::message;

namespace {

bool has(std::string type, std::string fields) {
  return index("Content-Type: " + type + "; boundary=b\r\n\r\n--b\r\n\r\ntext\r\n--b\r\n" + fields + "\r\nx\r\n--b--\r\n")
      .summary.has_attachment;
}

}  // namespace

TEST_CASE("what counts as an attachment") {
  CHECK(has("multipart/mixed", "Content-Type: application/pdf\r\n"));
  CHECK(has("multipart/mixed", "Content-Type: text/plain\r\nContent-Disposition: attachment\r\n"));
  CHECK(has("multipart/mixed", "Content-Type: text/csv; name=x.csv\r\n"));
  CHECK(has("multipart/mixed", "Content-Type: message/rfc822\r\n\r\nSubject: x\r\n"));
  CHECK(has("multipart/mixed", "Content-Type: image/png\r\n"));
  CHECK(has("multipart/related", "Content-Type: application/pdf\r\n"));
  CHECK_FALSE(has("multipart/mixed", "Content-Type: text/plain\r\n"));
  CHECK_FALSE(has("multipart/mixed", "Content-Type: image/png\r\nContent-Disposition: inline\r\n"));
  CHECK_FALSE(has("multipart/related", "Content-Type: image/png\r\nContent-ID: <x@y>\r\n"));
  CHECK_FALSE(has("multipart/signed", "Content-Type: application/pgp-signature\r\n"));
  CHECK_FALSE(has("multipart/report", "Content-Type: message/delivery-status\r\n"));
  CHECK_FALSE(index("Subject: x\r\n\r\nbody").summary.has_attachment);
  CHECK(index("Content-Type: application/pdf\r\n\r\nbody").summary.has_attachment);
}
