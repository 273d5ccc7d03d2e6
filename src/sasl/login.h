#pragma once

#include "sasl/exchange.h"

namespace postroad::sasl {

// LOGIN: draft-murchison-sasl-login-00. The name, then the password, each asked for; an initial response is the name.
class Login : public Mechanism {
 public:
  Step next(std::optional<std::string> message) override;

 private:
  std::optional<std::string> name_;
};

}  // namespace postroad::sasl
