#pragma once

#include "omad/method.h"

// What is in a mailbox, as its cluster says now. A message's id is its UID and its folder's name.
namespace postroad::omad {

Answering get_user_folders(Call call);
Answering get_user_messages(Call call);
Answering move_user_messages(Call call);
Answering get_deleted_messages(Call call);
Answering restore_deleted_messages(Call call);
Answering reindex(Call call);
Answering user_notify(Call call);
// There are no contacts yet, so none were deleted.
Answering get_deleted_contacts(Call call);
Answering restore_deleted_contacts(Call call);

// What get_user adds to `metadata` of a mailbox. Waits for its cluster a little, and adds nothing where that does not answer.
io::Task<void> add_mailbox_metadata(Call* call, Address who, boost::json::object* metadata);

}  // namespace postroad::omad
