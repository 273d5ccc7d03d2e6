#include "migration/folders.h"

#include <doctest/doctest.h>

namespace postroad::migration {
namespace {

using mailbox::Role;

imap::Listed listed(std::string name, std::vector<std::string> attributes = {}, char delimiter = '/') {
  return {false, std::move(attributes), delimiter, std::move(name)};
}

std::string names(const std::vector<SourceFolder>& folders) {
  std::string made;
  for (const auto& each : folders) made += (made.empty() ? "" : ", ") + each.name() + (each.is_subscribed ? "+" : "");
  return made;
}

TEST_CASE("folders of a source, without what can't be opened and what is others'") {
  imap::Namespaces spaces;
  spaces.personal = {{"", '/'}};
  spaces.others = {{"Other Users/", '/'}};
  spaces.shared = {{"#shared/", '/'}};
  const std::vector<imap::Listed> all = {listed("INBOX"),
                                         listed("Work"),
                                         listed("Work/2024"),
                                         listed("Work"),
                                         listed("Top", {"\\NoSelect"}),
                                         listed("Other Users"),
                                         listed("Other Users/bob"),
                                         listed("#shared/x"),
                                         listed(""),
                                         listed("Gone", {"\\NonExistent", "\\Subscribed"})};
  CHECK(names(source_folders(all, {listed("Work")}, spaces)) == "INBOX, Work+, Work/2024");
}

TEST_CASE("prefixes and delimiters of namespaces go") {
  imap::Namespaces spaces;
  spaces.personal = {{"INBOX.", '.'}};
  const std::vector<imap::Listed> all = {listed("INBOX", {}, '.'), listed("INBOX.Sent", {}, '.'), listed("INBOX.a.b", {}, '.'),
                                         listed("INBOX.x/y", {}, '.'), listed("INBOX.inbox", {}, '.'), listed("odd", {}, 0)};
  CHECK(names(source_folders(all, {}, spaces)) == "INBOX, Sent, a/b, x_y, inbox_, odd");
}

TEST_CASE("names are decoded, however wrong they are") {
  const std::vector<imap::Listed> all = {listed("Entw&APw-rfe"), listed("R&-D"), listed("Entw\xc3\xbcrfe2"), listed("a&b"),
                                         listed("\xff\xfe"), listed("&AGE-"), listed("//"), listed(std::string("a\0b", 3))};
  CHECK(names(source_folders(all, {}, {})) == "Entw\xc3\xbcrfe, R&D, Entw\xc3\xbcrfe2, a&b, __, &AGE-, _, a" + std::string("\0b", 2));
}

struct NameCase {
  const char* what;
  std::vector<std::string> parts;
  std::string want;
};
const NameCase kNames[] = {
    {"good", {"Work", "2024"}, "Work/2024"},
    {"wildcards", {"100%", "a*"}, "100_/a_"},
    {"a separator within", {"a/b", "c"}, "a/b/c"},
    {"controls", {std::string("a\0b\x7f", 4)}, "a_b_"},
    {"line separator", {"a\xe2\x80\xa8" "b"}, "a_b"},
    {"dots", {".", ".."}, "_/__"},
    {"broken UTF-8", {"a\xff"}, "a_"},
    {"empty part", {"a", ""}, "a/_"},
    {"too deep", std::vector<std::string>(25, "d"), "d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d_d_d_d_d_d"},
};

TEST_CASE("names that we refuse are made acceptable") {
  for (const auto& [what, parts, want] : kNames) {
    CAPTURE(what);
    CHECK(acceptable_name(parts) == want);
  }
  for (const auto& parts : {std::vector<std::string>(1, std::string(5000, 'x')), std::vector<std::string>(20, std::string(250, 'x')),
                            std::vector<std::string>(300, "\xc3\xbc\xc3\xbc"), std::vector<std::string>(5, std::string(249, 'x') + "\xc3\xbc")}) {
    const auto name = acceptable_name(parts);
    CHECK(mailbox::canonical_name(name).value_or("") == name);
    CHECK(name != "Migrated");
  }
}

std::vector<mailbox::Folder> ours() {
  std::vector<mailbox::Folder> made;
  for (const auto& [name, role] : {std::pair("INBOX", Role::Inbox), {"Sent", Role::Sent}, {"Drafts", Role::Drafts},
                                   {"Trash", Role::Trash}, {"Junk", Role::Junk}, {"Archive", Role::Archive}}) {
    made.emplace_back();
    made.back().name = name;
    made.back().role = role;
  }
  return made;
}

// `source>target` for each; `source-` for the skipped ones.
std::string planned(const std::vector<imap::Listed>& all, const Item& item = {}, const std::map<std::string, std::string>& known = {},
                    const std::vector<mailbox::Folder>& folders = ours()) {
  std::string made;
  for (const auto& each : plan(source_folders(all, {}, {}), item, folders, known)) {
    made += (made.empty() ? "" : ", ") + each.source.name() + (each.target.empty() ? "-" : ">" + each.target);
    CHECK((each.note.empty()) == (each.target == each.source.name()));
    if (!each.target.empty()) CHECK(mailbox::canonical_name(each.target).value_or("") == each.target);
  }
  return made;
}

TEST_CASE("special use goes by attributes before names") {
  CHECK(planned({listed("INBOX"), listed("Gesendete Objekte", {"\\Sent"}), listed("Spam", {"\\Junk"})}) ==
        "INBOX>INBOX, Gesendete Objekte>Sent, Spam>Junk");
  CHECK(planned({listed("Sent Items"), listed("Deleted Items"), listed("ENTW&ANw-RFE"), listed("Archives")}) ==
        "Sent Items>Sent, Deleted Items>Trash, ENTW\xc3\x9cRFE>ENTW\xc3\x9cRFE, Archives>Archive");
  CHECK(planned({listed("Entw&APw-rfe"), listed("Spam")}) == "Entw\xc3\xbcrfe>Drafts, Spam>Junk");
  // One folder each; the other keeps its name.
  CHECK(planned({listed("Sent Items"), listed("Sent")}) == "Sent Items>Sent Items, Sent>Sent");
  CHECK(planned({listed("Sent Items"), listed("Outbox", {"\\Sent"})}) == "Sent Items>Sent Items, Outbox>Sent");
  // Only at the top.
  CHECK(planned({listed("Work/Sent")}) == "Work/Sent>Work/Sent");
}

TEST_CASE("a use that the account has not is given to what is made") {
  const auto made = plan(source_folders({listed("Spam")}, {}, {}), {}, {}, {});
  CHECK(made[0].target == "Spam");
  CHECK(made[0].role == Role::Junk);
}

TEST_CASE("folders that show others' messages are skipped") {
  CHECK(planned({listed("[Gmail]/All Mail", {"\\All"}), listed("[Gmail]/Starred", {"\\Flagged"}), listed("[Gmail]/Sent Mail", {"\\Sent"})}) ==
        "[Gmail]/All Mail-, [Gmail]/Starred-, [Gmail]/Sent Mail>Sent");
  Item item;
  item.translate = {{"[Gmail]/All Mail", "Archive"}};
  CHECK(planned({listed("[Gmail]/All Mail", {"\\All"})}, item) == "[Gmail]/All Mail>Archive");
}

TEST_CASE("skip and translate, also for what is below") {
  Item item;
  item.skip = {"Trash", "Old*", "inbox"};
  CHECK(planned({listed("INBOX"), listed("INBOX/x"), listed("Trash"), listed("Trash/a"), listed("Trashy"), listed("Older/x")}, item) ==
        "INBOX-, INBOX/x>INBOX/x, Trash-, Trash/a-, Trashy>Trashy, Older/x-");
  item = {};
  item.translate = {{"Work", "Job"}, {"Work/2024", "Now"}, {"INBOX", "Old inbox"}};
  CHECK(planned({listed("INBOX"), listed("INBOX/y"), listed("Work"), listed("Work/2023"), listed("Work/2024/x"), listed("Workshop")}, item) ==
        "INBOX>Old inbox, INBOX/y>INBOX/y, Work>Job, Work/2023>Job/2023, Work/2024/x>Now/x, Workshop>Workshop");
}

TEST_CASE("what was renamed runs into nobody else, and stays where it went") {
  CHECK(planned({listed("a*b"), listed("a%b"), listed("a_b")}) == "a*b>a_b, a%b>a_b (2), a_b>a_b");
  CHECK(planned({listed("a*b"), listed("a%b")}, {}, {{"a*b", "a_b"}, {"a%b", "Mine"}}) == "a*b>a_b, a%b>Mine");
  const std::string longest(250, 'x');
  CHECK(planned({listed(longest + "*"), listed(longest + "%")}).ends_with(">" + std::string(246, 'x') + " (2)"));
}

}  // namespace
}  // namespace postroad::migration
