#pragma once

#include <memory>
#include <string>

#include "postroad/asking_words.h"
#include "postroad/folder.h"

namespace CLI {
class App;
}

// `postroad company`, `administrator`, `audit`.
namespace postroad::wiring {

class CommandFamily {
 public:
  virtual ~CommandFamily() = default;
  virtual bool was_given() const = 0;
  virtual int run() = 0;
};
std::unique_ptr<CommandFamily> add_company_commands(CLI::App& app);
std::unique_ptr<CommandFamily> add_administrator_commands(CLI::App& app);
std::unique_ptr<CommandFamily> add_audit_command(CLI::App& app);

// What nearly all of them are given.
struct Asked {
  Path folder = "demo";
  std::string name;
};
CLI::App* add_verb(CLI::App* family, Asked& asked, const char* name, const char* help);
void add_password(CLI::App* command, PasswordSource& source);

}  // namespace postroad::wiring
