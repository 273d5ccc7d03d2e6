#pragma once

#include "sasl/exchange.h"

namespace postroad::sasl {

// PLAIN: rfc4616. One message: authzid NUL authcid NUL passwd.
class Plain : public Mechanism {
 public:
  Step next(std::optional<std::string> message) override;
};

}  // namespace postroad::sasl
