// SPDX-License-Identifier: Apache-2.0
// The options of the verbs: one row each, which drives parsing and help. A verb's table lists the rows that it takes.
#pragma once

#include "settings.hpp"

#include <span>
#include <string_view>

namespace kwire::tool {
struct option {
    char letter;                // kcat's; 0 if there is none
    std::string_view name;      // without --
    std::string_view argument;  // how help calls its value; empty if it takes none
    std::string_view doc;
    result<void> (*apply)(settings&, std::string_view value);
};
/// The property that -X calls so, with or without kcat's prefix topic.; null if there is none.
const property* property_of(std::string_view name) noexcept;
/// "-t", or "--listen" where there is no letter.
std::string spelling(const option& o);

namespace rows {
extern const option brokers, topic, some_topics, query, partition, random_partition, offset, count, produce_count, exit_at_end, format, json,
    key_delimiter, print_key, delimiter, print_delimiter, key, header, compression, send_null, print_null, lines, tee, print_offset, unbuffered, raw,
    quiet, verbose, property, config, timeout, color, help, listen, advertise, partitions, served_topic, imitate, as_what, tree_format, api_version,
    diff, response, records, show_secrets, trace;
}
}  // namespace kwire::tool
