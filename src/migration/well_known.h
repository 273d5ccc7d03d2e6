#pragma once

#include <string_view>

#include "mailbox/folder.h"

namespace postroad::migration {

// Names that programs give to folders of special use where the server does not tell. Of two the upper one counts.
struct WellKnown {
  std::string_view name;  // lower case
  mailbox::Role role;
};
inline constexpr WellKnown kWellKnown[] = {
    {"sent", mailbox::Role::Sent},
    {"sent items", mailbox::Role::Sent},
    {"sent messages", mailbox::Role::Sent},
    {"sent mail", mailbox::Role::Sent},
    {"sent-mail", mailbox::Role::Sent},
    {"gesendet", mailbox::Role::Sent},
    {"gesendete elemente", mailbox::Role::Sent},
    {"gesendete objekte", mailbox::Role::Sent},
    {"envoy\xc3\xa9s", mailbox::Role::Sent},
    {"\xc3\xa9l\xc3\xa9ments envoy\xc3\xa9s", mailbox::Role::Sent},
    {"enviados", mailbox::Role::Sent},
    {"inviati", mailbox::Role::Sent},
    {"posta inviata", mailbox::Role::Sent},
    {"verzonden items", mailbox::Role::Sent},
    {"drafts", mailbox::Role::Drafts},
    {"draft", mailbox::Role::Drafts},
    {"entw\xc3\xbcrfe", mailbox::Role::Drafts},
    {"brouillons", mailbox::Role::Drafts},
    {"borradores", mailbox::Role::Drafts},
    {"bozze", mailbox::Role::Drafts},
    {"concepten", mailbox::Role::Drafts},
    {"trash", mailbox::Role::Trash},
    {"deleted items", mailbox::Role::Trash},
    {"deleted messages", mailbox::Role::Trash},
    {"deleted", mailbox::Role::Trash},
    {"bin", mailbox::Role::Trash},
    {"papierkorb", mailbox::Role::Trash},
    {"gel\xc3\xb6schte elemente", mailbox::Role::Trash},
    {"gel\xc3\xb6schte objekte", mailbox::Role::Trash},
    {"corbeille", mailbox::Role::Trash},
    {"\xc3\xa9l\xc3\xa9ments supprim\xc3\xa9s", mailbox::Role::Trash},
    {"papelera", mailbox::Role::Trash},
    {"cestino", mailbox::Role::Trash},
    {"prullenbak", mailbox::Role::Trash},
    {"junk", mailbox::Role::Junk},
    {"junk e-mail", mailbox::Role::Junk},
    {"junk email", mailbox::Role::Junk},
    {"junk mail", mailbox::Role::Junk},
    {"spam", mailbox::Role::Junk},
    {"bulk mail", mailbox::Role::Junk},
    {"bulk", mailbox::Role::Junk},
    {"spamverdacht", mailbox::Role::Junk},
    {"ind\xc3\xa9sirables", mailbox::Role::Junk},
    {"correo no deseado", mailbox::Role::Junk},
    {"posta indesiderata", mailbox::Role::Junk},
    {"archive", mailbox::Role::Archive},
    {"archives", mailbox::Role::Archive},
    {"archiv", mailbox::Role::Archive},
    {"archivo", mailbox::Role::Archive},
    {"archivio", mailbox::Role::Archive},
    {"archief", mailbox::Role::Archive},
};

}  // namespace postroad::migration
