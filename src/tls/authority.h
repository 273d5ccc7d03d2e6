#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace postroad::tls {

// A small certificate authority for one machine: the seams' identities and, in the demo, the services' certificates.
// In production the services' certificates come from elsewhere.

struct KeyPair {
  std::string certificate;  // PEM
  std::string key;          // PEM, P-256
};

// Ten years; signs only leaves.
Result<KeyPair> make_authority(const std::string& name);

// `names`: DNS names or IP addresses for the subject's alternative names. For servers and clients both. One year.
Result<KeyPair> issue(const KeyPair& authority, const std::string& common_name, const std::vector<std::string>& names);

}  // namespace postroad::tls
