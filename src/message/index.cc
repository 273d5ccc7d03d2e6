#include "message/index.h"

#include "base/check.h"
#include "message/builder.h"

namespace postroad::message {

Index::Index() : builder_(std::make_unique<Builder>()) {}
Index::~Index() = default;
Index::Index(Index&&) noexcept = default;
Index& Index::operator=(Index&&) noexcept = default;

void Index::feed(std::string_view bytes) {
  check(builder_ != nullptr, "an index is fed before it is finished");
  builder_->feed(bytes);
}

Indexed Index::finish() {
  check(builder_ != nullptr, "an index is finished once");
  auto made = builder_->finish();
  builder_.reset();
  return made;
}

Indexed index(std::string_view message) {
  Index made;
  made.feed(message);
  return made.finish();
}

}  // namespace postroad::message
