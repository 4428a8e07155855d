// SPDX-License-Identifier: Apache-2.0
// The verbs of the command: one row each, with the options it takes and what runs it. Each verb has a file of its own.
#pragma once

#include "option.hpp"
#include "output.hpp"

#include <span>
#include <string_view>

namespace kwire::tool {
/// What the program ends with.
struct exit_code {
    static constexpr int ok = 0, failed = 1, usage = 2, findings = 3, undecodable = 4, interrupted = 130;
};

/// What a verb works with.
struct context {
    const settings& set;
    output& out;
    const talk& say;
};

struct verb {
    std::string_view name;
    char mode;                   // kcat's letter for it; 0 if kcat has none
    std::string_view summary;    // one line
    std::string_view arguments;  // as help shows them after the name
    std::string_view more;       // further help: paragraphs; a line that begins with a blank is kept as it is
    std::span<const option* const> options;
    int (*run)(const context&);
    bool takes_words = false;  // arguments that are no options, or refuses them itself
};

std::span<const verb> verbs() noexcept;
const verb* find_verb(std::string_view name) noexcept;

/// The page of a verb, and the one of the whole command.
std::string help_for(const verb& v, const terminal& shows);
std::string help_for_all(const terminal& shows);

/// Reports a wrong command line and how to find out more, if not told on the verb's page of help; returns exit_code::usage.
int wrong_usage(const talk& say, std::string_view verb_name, std::string_view text, std::string_view next = {});
/// Prints the failure; returns exit_code::failed.
int failed(const talk& say, const error& why);

int run_api_versions(const context&);
int run_consume(const context&);
int run_apis(const context&);
int run_decode(const context&);
int run_encode(const context&);
int run_error(const context&);
int run_explain(const context&);
int run_help(const context&);
int run_metadata(const context&);
int run_schema(const context&);
int run_offsets(const context&);
int run_produce(const context&);
int run_serve(const context&);
}  // namespace kwire::tool
