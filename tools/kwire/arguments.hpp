// SPDX-License-Identifier: Apache-2.0
// Splits a command line by a table of options, as getopt does: -b host, -bhost, -eq, --brokers host, --brokers=host; other
// arguments may stand between the options, and all that follows -- is one of them.
#pragma once

#include "option.hpp"

#include <vector>

namespace kwire::tool {
struct arguments {
    struct one {
        const option* what;
        std::string_view value;
        std::string spelled;  // as it was given: -b, --brokers
    };
    std::vector<one> given;  // in order
    std::vector<std::string_view> rest;
};

/// Fails with invalid_argument: an option that the table does not have (and which it may have meant), a value that is
/// missing or too much.
result<arguments> split(std::span<const option* const> table, std::span<const char* const> words);
/// Gives each option its value to read; an error names the option.
result<void> apply(const arguments& a, settings& to);
}  // namespace kwire::tool
