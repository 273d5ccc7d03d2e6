#include "control/names.h"

#include <doctest/doctest.h>

#include "control/errors.h"

namespace postroad::control {
namespace {

struct Case {
  const char* name;
  std::string text;
  const char* want;  // null: refused
};

template <class Read>
void check_all(std::initializer_list<Case> cases, Read read) {
  for (const auto& row : cases) {
    CAPTURE(row.name);
    const auto made = read(row.text);
    if (row.want != nullptr) CHECK(made.value_or("<refused: " + (made ? "" : made.error().text) + ">") == row.want);
    else CHECK((!made && made.error().code == code::kBadValue));
  }
}

TEST_CASE("domain names") {
  check_all({{"plain", "example.com", "example.com"},
             {"case", "EXAMPLE.Com", "example.com"},
             {"A-label", "xn--bcher-kva.example", "xn--bcher-kva.example"},
             {"shortest", "a.b", "a.b"},
             {"longest", std::string(63, 'a') + "." + std::string(63, 'b') + "." + std::string(32, 'c'), (std::string(63, 'a') + "." + std::string(63, 'b') + "." + std::string(32, 'c')).c_str()},
             {"one more", std::string(63, 'a') + "." + std::string(63, 'b') + "." + std::string(33, 'c'), nullptr},
             {"empty", "", nullptr},
             {"one label", "localhost", nullptr},
             {"final dot", "example.com.", nullptr},
             {"leading dot", ".example.com", nullptr},
             {"two dots", "example..com", nullptr},
             {"long label", std::string(64, 'a') + ".com", nullptr},
             {"hyphen first", "-a.com", nullptr},
             {"hyphen last", "a-.com", nullptr},
             {"U-label", "b\xc3\xbc" "cher.example", nullptr},
             {"space", "exa mple.com", nullptr},
             {"NUL", std::string("a\0b.com", 7), nullptr},
             {"SQL", "a'; DROP TABLE users; --.com", nullptr}},
            domain_name);
}

TEST_CASE("local parts") {
  check_all({{"plain", "joe", "joe"},
             {"case is kept", "Joe.Doe", "Joe.Doe"},
             {"digits first", "7up", "7up"},
             {"all that may be", "a._-b", "a._-b"},
             {"longest", std::string(64, 'a'), std::string(64, 'a').c_str()},
             {"too long", std::string(65, 'a'), nullptr},
             {"empty", "", nullptr},
             {"dot first", ".joe", nullptr},
             {"dot last", "joe.", nullptr},
             {"two dots", "joe..doe", nullptr},
             {"plus", "joe+tag", nullptr},
             {"at", "joe@example.com", nullptr},
             {"space", "joe doe", nullptr},
             {"quote", "\"joe\"", nullptr},
             {"control", "joe\r\n", nullptr}},
            local_part);
}

TEST_CASE("other words") {
  check_all({{"none", "", ""}, {"plain", "Europe/Berlin", "Europe/Berlin"}, {"offset", "Etc/GMT+5", "Etc/GMT+5"}, {"path", "../../etc/passwd", nullptr}, {"long", std::string(65, 'a'), nullptr}},
            timezone_name);
  check_all({{"plain", "en", "en"}, {"underscore", "pt_BR", "pt-BR"}, {"hyphen first", "-x", nullptr}, {"space", "en us", nullptr}}, language_tag);
  check_all({{"none", "", ""}, {"host", "mx.example.com", "mx.example.com"}, {"port", "MX.example.com:2525", "mx.example.com:2525"}, {"port 0", "mx.example.com:0", nullptr}, {"no port", "mx.example.com:", nullptr}, {"large port", "mx.example.com:65536", nullptr}},
            mail_host);
  check_all({{"plain", " staff ", "staff"}, {"people's words", "Buchhaltung f\xc3\xbcr S\xc3\xbc" "d", "Buchhaltung f\xc3\xbcr S\xc3\xbc" "d"}, {"comma", "a,b", nullptr}, {"empty", "  ", nullptr}, {"not UTF-8", "a\xff", nullptr}},
            workgroup_name);
  check_all({{"plain", "north.adm", "north.adm"}, {"mail domain", "north.com", nullptr}}, admin_domain_name);
}

TEST_CASE("targets: each once, at least one, and mail addresses") {
  CHECK(mail_targets({"a@b.com", "A@B.com", "c@d.com"}).value() == std::vector<std::string>{"a@b.com", "c@d.com"});
  for (const char* bad : {"", "a", "@b.com", "a@", "a b@c.com", "a@b", "a,b@c.com", "a\r\n@b.com"}) {
    CAPTURE(bad);
    CHECK_FALSE(mail_targets({bad}));
  }
  CHECK_FALSE(mail_targets({}));
  CHECK_FALSE(mail_targets(std::vector<std::string>(1001, "x")));
}

}  // namespace
}  // namespace postroad::control
