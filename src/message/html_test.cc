#include "message/html.h"

#include <doctest/doctest.h>

#include "message/preview.h"

using namespace postroad::message;

TEST_CASE("the words of an HTML text") {
  struct Case {
    const char* name;
    std::string html;
    const char* want;
  };
  const Case kCases[] = {
      {"plain", "Hello", "Hello"},
      {"inline elements", "a<b>b</b><a href=x>c</a>", "abc"},
      {"block elements", "a<p>b</p><br/>c", "a\nb\n\nc"},
      {"entities", "&lt;a&gt; &amp;&#252;&#xFC;&nope;&", "<a> &\xc3\xbc\xc3\xbc&nope;&"},
      {"entities that are no character", "&#0;&#xD800;&#9999999;&#x;", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd&#x;"},
      {"script and style", "<style>p > a { }</style>x<SCRIPT>if (a</b) '</p>'</SCRIPT >y", "\n\nx\n\ny"},
      {"script not closed", "x<script>y", "x\n"},
      {"comment", "a<!-- <p>b</p> -->c", "ac"},
      {"comment not closed", "a<!-- b", "a"},
      {"doctype and processing", "<!DOCTYPE html><?xml x?>a", "a"},
      {"a bracket in an attribute", "<a title=\"x > y\" alt='>'>z", "z"},
      {"a quote in the text of a tag", "<p it's>x", "\nx"},
      {"less than", "1 < 2 <3", "1 < 2 <3"},
      {"tag not closed", "a<b", "a"},
      {"ends at <", "a<", "a<"},
      {"the title is no text", "<html><head><title>T</title></head><body>B", "\n\n\n\n\n\nB"},
  };
  for (const auto& row : kCases) {
    CAPTURE(row.name);
    CHECK(html_to_text(row.html) == row.want);
  }
}

TEST_CASE("previews") {
  const auto preview = [](std::string subtype, Encoding encoding, std::string charset, std::string body) {
    Part part;
    part.subtype = std::move(subtype);
    part.encoding = encoding;
    if (!charset.empty()) part.parameters.push_back({"charset", charset});
    return make_preview(part, body);
  };
  CHECK(preview("plain", Encoding::SevenBit, "", "Hello\r\n\r\n  world\t! \r\n") == "Hello world !");
  CHECK(preview("plain", Encoding::Base64, "iso-8859-1", "SvxyZ2Vu\r\n") == "J\xc3\xbcrgen");
  CHECK(preview("plain", Encoding::QuotedPrintable, "utf-8", "J=C3=BCr=\r\ngen") == "J\xc3\xbcrgen");
  CHECK(preview("plain", Encoding::SevenBit, "", "> old\r\nnew\r\n> older\r\n") == "new");
  // Where the beginning of a text does not tell, all that a preview may be made of does.
  std::string quotes;
  while (quotes.size() < 5000) quotes += "> old words of somebody else\r\n";
  CHECK(preview("plain", Encoding::SevenBit, "", quotes + "new\r\n") == "new");
  std::string spaces = "a";
  spaces.append(5000, ' ');
  CHECK(preview("plain", Encoding::SevenBit, "", spaces + "b\r\n") == "a b");
  std::string words;
  while (words.size() < 20'000) words += "wo\xc3\xb6rds\r\n";
  for (std::size_t size = 2000; size < 2200; ++size) {
    CAPTURE(size);
    CHECK(preview("plain", Encoding::EightBit, "utf-8", words.substr(0, size)) ==
          preview("plain", Encoding::EightBit, "utf-8", words.substr(0, 1990)));
  }
  CHECK(preview("plain", Encoding::SevenBit, "", "> only\r\n> old\r\n") == "> only > old");
  CHECK(preview("html", Encoding::SevenBit, "", "<style>x</style><p>A&nbsp;b</p>\xe2\x80\x8c\xc2\xa0 c") == "A b c");
  CHECK(preview("plain", Encoding::SevenBit, "", "a\x01" "b\x7f") == "a b");
  CHECK(preview("plain", Encoding::SevenBit, "", "").empty());

  std::string umlauts;
  for (int at = 0; at < 1000; ++at) umlauts += "\xc3\xbc";
  CHECK(preview("plain", Encoding::EightBit, "utf-8", umlauts) == umlauts.substr(0, 512));
}
