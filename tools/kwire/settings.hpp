// SPDX-License-Identifier: Apache-2.0
// What the command line asked for, once it has been read; every verb looks at the part that it has options for.
#pragma once

#include "output.hpp"

#include <kwire/broker/version_profile.hpp>
#include <kwire/client/properties.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace kwire::tool {
/// -o: where to begin reading.
struct start_offset {
    enum class kind { beginning, end, absolute, before_end, timestamp } what = kind::beginning;
    std::int64_t value = 0;  // the offset, how many before the end, or ms since 1970
};

struct record_header {
    std::string name;
    std::optional<std::string> value;  // -H NAME without = has none
};

struct settings {
    options kafka;                             // -b, -X, -F, -z
    std::vector<std::string> topics;           // -t
    std::optional<std::int32_t> partition;     // -p; -1 leaves it to chance
    start_offset from;                         // -o
    std::optional<std::int64_t> until;         // -o e@: ms since 1970, not included
    std::optional<std::uint64_t> count;        // -c
    std::chrono::milliseconds timeout{5'000};  // -m

    std::optional<std::string> format;                                                         // -f, as given
    std::optional<std::string> key_delimiter;                                                  // -K
    std::string delimiter = "\n";                                                              // -D
    std::optional<std::string> key;                                                            // -k
    std::vector<record_header> headers;                                                        // -H
    bool null = false, lines = false, tee = false, exit_at_end = false, print_offset = false;  // -Z -l -T -e -O
    bool json = false, unbuffered = false, quiet = false, raw = false;                         // -J -u -q --raw
    int verbosity = 0;                                                                         // -v
    bool trace = false;                                                                        // --trace
    color_mode color = color_mode::automatic;

    std::string listen = "127.0.0.1:9092";  // serve
    std::optional<std::string> advertise;
    std::int32_t partitions = 1;
    version_profile imitate = version_profile::kafka_4_3;

    std::string as = "request";                     // explain --as
    std::string tree_format = "tree";               // explain --format
    std::optional<std::int32_t> api_version, diff;  // schema
    bool response = false, records = false, show_secrets = false;

    bool help = false, list_properties = false, dump_properties = false;
    std::vector<std::string> rest;  // arguments that are no options
};
}  // namespace kwire::tool
