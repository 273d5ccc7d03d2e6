#pragma once

#include <cstddef>
#include <cstdint>

// Whatever a source, or whoever asks for a migration, can make grow has a limit.
namespace postroad::migration {

// --- of a source's replies ---
inline constexpr std::size_t kLineBytes = 64UL << 10;          // a line of an IMAP response, without its literals
inline constexpr std::size_t kLiteralBytes = 64UL << 10;       // a literal that is not a message
inline constexpr int kLiterals = 64;                           // in one response
inline constexpr std::size_t kResponseBytes = 256UL << 10;     // a response without a message's bytes
inline constexpr std::uint64_t kCommandBytes = 16UL << 20;     // all responses to one command, without messages' bytes
inline constexpr int kNesting = 32;                            // of lists in a response
inline constexpr std::size_t kListed = 5000;                   // folders that one LIST tells
inline constexpr std::size_t kAttributes = 64;                 // of a folder; capabilities are 256
inline constexpr std::size_t kReplyLineBytes = 2048;           // a line of a POP3 reply that is not a message's
inline constexpr std::uint64_t kMessages = 1'000'000;          // in one folder, or maildrop
inline constexpr std::size_t kProgressBytes = 4096;            // in each timeout, or the source stalls

// --- of an item ---
inline constexpr std::size_t kNameBytes = 255;                 // hosts, users, job's name
inline constexpr std::size_t kPasswordBytes = 1024;
inline constexpr std::size_t kSkips = 1000;                    // and as many translations
inline constexpr std::size_t kJsonBytes = 1UL << 20;           // a request

// --- of what is kept ---
inline constexpr std::size_t kReportFolders = 1000;
inline constexpr std::size_t kReportSkipped = 100;             // messages told one by one
inline constexpr std::size_t kReportNameBytes = 250;
inline constexpr std::size_t kTraceLines = 200;                // the newest
inline constexpr std::size_t kTraceLineBytes = 300;
inline constexpr std::size_t kLedgerFolders = 4000;            // of an account, over all its sources
inline constexpr std::size_t kLedgerPages = 8000;              // likewise
inline constexpr std::size_t kPageEntries = 512;
inline constexpr std::size_t kValidities = 3;                  // of a source's folder
inline constexpr std::size_t kPoisoned = 1000;                 // messages that broke a connection and are left out

}  // namespace postroad::migration
