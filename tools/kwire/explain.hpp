// SPDX-License-Identifier: Apache-2.0
// Who owns each byte of a frame, of a body or of a records field, and what is wrong with them.
//
// Offsets count from the first byte of the input. Nothing here reads or prints.
#pragma once

#include "wire_name.hpp"

#include <kwire/protocol/tree.hpp>

#include <optional>
#include <string>
#include <vector>

namespace kwire::tool {
/// What the bytes are said to be.
struct reading_as {
    enum class what { request, response, request_body, response_body, data, records } kind = what::request;
    std::optional<wire_name> name;  // of all but request and records
    bool framed() const noexcept { return kind == what::request || kind == what::response; }
};
/// "request", "response:Fetch:18", "request-body:1:18", "data:VotersRecord:0", "records". A version may be newer than kwire.
result<reading_as> read_as(std::string_view text);

/// Something about the bytes that is odd or wrong, and where the cure is known, that.
struct finding {
    std::string id;            // "KW-LEFT-OVER"; does not change from release to release
    std::size_t at, size = 0;  // the bytes that it is about; 0: what is missing there
    std::string text;
};

struct explained_leaf : tree_leaf {
    bool secret = false;  // its bytes and meaning are for nobody's eyes
};

struct explanation {
    std::string kind;  // "request", "response", "request-body", …
    std::string api;   // "Fetch"; empty for records and for what could not be told
    std::optional<std::int16_t> version, header_version;
    bool flexible = false;
    std::size_t from = 0, to = 0;        // of the input
    std::vector<explained_leaf> leaves;  // tile [from, to) up to a fault
    std::string header_json, body_json;  // empty where there is none
    std::optional<finding> fault;        // why reading ended
    std::vector<finding> findings;       // what is odd about bytes that could be read
    bool secrets = false;                // something was left out, or would have been
    bool may_hold_secrets = false;       // so that bytes which no field owns are not shown either

    std::size_t read() const noexcept { return leaves.empty() ? from : leaves.back().to; }
    /// Is this byte of the input for nobody's eyes?
    bool secret_at(std::size_t at) const;
};

/// What begins at `from`; a frame ends where its length says, all else at the end of the input.
explanation explain(bytes input, std::size_t from, const reading_as& as, secrets show);

/// One line about each batch of a records field, and what is wrong with it: to stand below its leaf. `at`: where the batches
/// begin in the input. `may_be_cut`: they are what a broker answered to a Fetch, which ends where max_bytes does.
std::vector<std::string> describe_batches(bytes records, std::size_t at, bool may_be_cut, std::vector<finding>& findings);

/// The APIs of which a frame (behind its length) can be an answer, as --as wants them: each in the newest version that reads
/// all of its bytes. Nothing in an answer says which request it belongs to.
std::vector<std::string> answers_that_fit(bytes frame);

/// "0x001f"
std::string hex_offset(std::size_t at);
}  // namespace kwire::tool
