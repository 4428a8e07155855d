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
};
/// "request", "response:Fetch:18", "request-body:1:18", "data:VotersRecord:0", "records".
result<reading_as> read_as(std::string_view text);

struct explanation {
    std::string kind;  // "request", "response", "request-body", …
    std::string api;   // "Fetch"; empty for records and for what could not be told
    std::optional<std::int16_t> version, header_version;
    bool flexible = false;
    std::size_t from = 0, to = 0;        // of the input
    std::vector<tree_leaf> leaves;       // tile [from, to) up to a fault
    std::string header_json, body_json;  // empty where there is none
    std::optional<std::string> fault;    // why reading ended
    std::vector<std::string> findings;   // what is odd about bytes that could be read
    bool secrets = false;                // something was left out
};

/// What begins at `from`; a frame ends where its length says, all else at the end of the input.
explanation explain(bytes input, std::size_t from, const reading_as& as, secrets show);

/// One line about each batch of a records field, and what is wrong with it: to stand below its leaf.
std::vector<std::string> describe_batches(bytes records, std::vector<std::string>& findings);

/// The APIs of which a frame (behind its length) can be an answer, as --as wants them: each in the newest version that reads
/// all of its bytes. Nothing in an answer says which request it belongs to.
std::vector<std::string> answers_that_fit(bytes frame);

/// Who else speaks like this on a Kafka port: "HTTP", "TLS"; empty if nobody that is known does.
std::string other_protocol(bytes front);
}  // namespace kwire::tool
