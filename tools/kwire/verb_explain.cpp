// SPDX-License-Identifier: Apache-2.0
// kwire explain: every byte of a frame, the field that owns it, and what it means.
#include "explain_print.hpp"
#include "input.hpp"
#include "repair.hpp"
#include "verb.hpp"
#include "wire_text.hpp"

#include <cstdio>
#include <iostream>

namespace kwire::tool {
namespace {
// An argument is a file if there is one of that name, else bytes; without any, standard input is read.
result<std::string> read_input(const std::vector<std::string>& rest) {
    if (rest.empty() || (rest.size() == 1 && rest[0] == "-")) {
        std::string content(std::istreambuf_iterator<char>(std::cin), {});
        if (std::ferror(stdin) != 0) return system_error("read standard input");
        return bytes_in(content);
    }
    if (rest.size() == 1) {
        auto content = read_file(rest[0]);
        if (content) return bytes_in(*content);
        if (content.error().code() != std::errc::no_such_file_or_directory) return content;
    }
    std::string joined;
    for (const auto& word : rest) joined += word + ' ';
    if (auto hex = bytes_of_hex(joined)) return *std::move(hex);
    const auto guess = bytes_in(joined);
    if (guess != joined) return guess;
    return error(client_errc::invalid_argument, "'" + rest[0] + "' is no file, and neither hex nor base64");
}

// What could not be read as a request may be an answer; more than a few that fit say nothing.
void hint_at_answers(const context& c, bytes frame) {
    const auto fitting = answers_that_fit(frame.subspan(4));
    if (fitting.empty() || fitting.size() > 6) return;
    std::string text = "kwire: not a request; it would fit as";
    for (const auto& one : fitting) text += (&one == &fitting.front() ? " --as " : " or --as ") + one;
    c.say.line(text);
}

void say_secrets(const context& c, bool seen) {
    if (seen && c.set.show_secrets) c.say.line("kwire: secrets are shown");
}
}  // namespace

int run_explain(const context& c) {
    const auto as = read_as(c.set.as);
    if (!as) return wrong_usage(c.say, "explain", as.error().context());
    const auto input = read_input(c.set.rest);
    if (!input && input.error() != client_errc::invalid_argument) return failed(c.say, input.error());
    if (!input) return wrong_usage(c.say, "explain", input.error().context());
    const auto show = c.set.show_secrets ? secrets::shown : secrets::hidden;
    const auto all = as_bytes(*input);
    int status = exit_code::ok;
    std::size_t from = 0;
    do {
        auto e = explain(all, from, *as, show);
        auto repair = find_repair(all, e, *as);
        const bool mended = repair.has_value();
        if (mended) e.findings.push_back(*std::move(repair));
        print_explanation(c.out, all, e, c.set.tree_format, c.set.show_secrets);
        say_secrets(c, e.secrets);
        if (e.fault && !mended && as->kind == reading_as::what::request && e.leaves.size() > 1) hint_at_answers(c, all.subspan(from, e.to - from));
        if (e.fault) return exit_code::undecodable;
        if (!e.findings.empty()) status = exit_code::findings;
        from = e.to;
    } while (from < input->size());
    return status;
}
}  // namespace kwire::tool
