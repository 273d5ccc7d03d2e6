#include "message/subject.h"

#include "base/chars.h"
#include "base/text.h"

namespace postroad::message {
namespace {

// Tabs become spaces, and runs of them one: rfc5256 2.1 step 1.
std::string single_spaced(std::string_view text) {
  std::string made;
  for (const char c : text) {
    const bool is_space = kWsp.has(c);
    if (!is_space || !made.ends_with(' ')) made += is_space ? ' ' : c;
  }
  return made;
}

std::string_view skip_space(std::string_view text) { return text.substr(std::min(text.find_first_not_of(' '), text.size())); }

// subj-blob: "[" *BLOBCHAR "]" *WSP. What is behind it, or `text` itself where there is none.
std::string_view skip_blob(std::string_view text) {
  if (!text.starts_with('[')) return text;
  const auto end = text.find_first_of("[]", 1);
  return end == text.npos || text[end] == '[' ? text : skip_space(text.substr(end + 1));
}

// subj-refwd: ("re" / ("fw" ["d"])) *WSP [subj-blob] ":"
std::string_view skip_refwd(std::string_view text) {
  std::size_t word = 0;
  if (starts_nocase(text, "fwd")) word = 3;
  else if (starts_nocase(text, "re") || starts_nocase(text, "fw")) word = 2;
  if (word == 0) return text;
  const auto rest = skip_blob(skip_space(text.substr(word)));
  return rest.starts_with(':') ? rest.substr(1) : text;
}

// subj-trailer: "(fwd)" / WSP. Step 2.
std::string_view without_trailers(std::string_view text, bool& is_reply) {
  for (;;) {
    text = text.substr(0, text.find_last_not_of(' ') + 1);
    if (text.size() < 5 || !equal_nocase(text.substr(text.size() - 5), "(fwd)")) return text;
    text.remove_suffix(5);
    is_reply = true;
  }
}

// subj-leader and subj-blob, until neither is there: steps 3 to 5. All blobs of a run are taken at once, for one by one
// the work would be quadratic; the last of them stays where nothing else would be left.
std::string_view without_leaders(std::string_view text, bool& is_reply) {
  for (;;) {
    text = skip_space(text);
    auto last = text;
    auto rest = text;
    for (auto next = skip_blob(rest); next.size() != rest.size(); next = skip_blob(rest)) {
      last = rest;
      rest = next;
    }
    const auto behind = skip_refwd(rest);
    if (behind.size() != rest.size()) {
      is_reply = true;
      text = behind;
    } else {
      return rest.empty() ? last : rest;
    }
  }
}

}  // namespace

BaseSubject base_subject(std::string_view decoded) {
  BaseSubject made;
  const auto spaced = single_spaced(decoded);
  std::string_view text = spaced;
  for (;;) {
    text = without_leaders(without_trailers(text, made.is_reply), made.is_reply);
    // subj-fwd: "[fwd:" ... "]". Step 6.
    if (!starts_nocase(text, "[fwd:") || !text.ends_with(']')) break;
    text = text.substr(5, text.size() - 6);
    made.is_reply = true;
  }
  made.text = text;
  return made;
}

}  // namespace postroad::message
