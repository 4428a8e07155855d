// SPDX-License-Identifier: Apache-2.0
// kwire explain: every byte of a frame, the field that owns it, and what it means.
#include "explain.hpp"
#include "format.hpp"
#include "verb.hpp"
#include "wire_text.hpp"

#include <kwire/protocol/varint.hpp>

#include <fstream>
#include <iostream>
#include <sstream>

namespace kwire::tool {
namespace {
result<std::string> read_all(std::istream& in, std::string_view name) {
    std::ostringstream content;
    content << in.rdbuf();
    if (in.bad() || !in) return error(std::make_error_code(std::errc::io_error), std::string(name));
    return std::move(content).str();
}

// An argument is a file if there is one of that name, else bytes; without any, standard input is read.
result<std::string> read_input(const std::vector<std::string>& rest) {
    if (rest.empty() || (rest.size() == 1 && rest[0] == "-")) {
        std::string content(std::istreambuf_iterator<char>(std::cin), {});
        return bytes_in(content);
    }
    if (rest.size() == 1) {
        std::ifstream file(rest[0], std::ios::binary);
        if (file) {
            auto content = read_all(file, rest[0]);
            if (!content) return content;
            return bytes_in(*content);
        }
    }
    std::string joined;
    for (const auto& word : rest) joined += word + ' ';
    if (auto hex = bytes_of_hex(joined)) return *std::move(hex);
    const auto guess = bytes_in(joined);
    if (guess != joined) return guess;
    return error(client_errc::invalid_argument, "'" + rest[0] + "' is no file, and neither hex nor base64");
}

struct printer {
    const context& c;
    bytes input;
    explanation& e;
    int columns = 0;  // of a terminal, where lines are cut

    std::string title() const {
        const bool fancy = c.out.shows().utf8;
        const std::string dot = fancy ? " \u00b7 " : " - ";
        std::string text = e.kind;
        if (!e.api.empty()) text += ' ' + e.api;
        if (e.version) text += " v" + std::to_string(*e.version);
        text += dot + std::to_string(e.to - e.from) + " bytes";
        if (e.flexible) text += dot + "flexible";
        if (e.header_version) text += " -> " + e.kind + " header v" + std::to_string(*e.header_version);
        return text;
    }
    bool hidden(const tree_leaf& leaf) const { return leaf.field && leaf.field->secret && !c.set.show_secrets; }

    static std::string padded(std::string text, std::size_t width) {
        if (text.size() < width) text.append(width - text.size(), ' ');
        return text;
    }
    static std::string offset_of(std::size_t at) {
        constexpr std::string_view digits = "0123456789abcdef";
        std::string text;
        for (int shift = at > 0xffff ? 28 : 12; shift >= 0; shift -= 4) text += digits[at >> shift & 15];
        return text;
    }
    std::string eight(std::size_t from, std::size_t to) const {
        std::string text;
        for (std::size_t i = from; i < std::min(to, from + 8); ++i) text += (i > from ? " " : "") + hex_of(input.subspan(i, 1));
        return text;
    }
    static std::string name_of(const tree_leaf& leaf) {
        std::string text;
        for (int i = 0; i < leaf.depth; ++i) text += ". ";
        const auto ending = leaf.what == tree_leaf::role::tag ? std::string(".tag").size() : 0;
        const auto dot = leaf.path.substr(0, leaf.path.size() - ending).rfind('.');
        return text += dot == leaf.path.npos ? leaf.path : leaf.path.substr(dot + 1);
    }
    void line(std::string text) {
        text.erase(text.find_last_not_of(' ') + 1);
        if (c.out.shows().is_terminal) text = escaped(text);
        if (columns > 0 && text.size() > static_cast<std::size_t>(columns) && valid_utf8(text))
            text = text.substr(0, static_cast<std::size_t>(columns));
        c.out.put(text += '\n');
    }
    void leaf_lines(const tree_leaf& leaf) {
        constexpr std::size_t most = 32;
        const bool secret = hidden(leaf);
        std::string text = offset_of(leaf.from) + "  " + padded(secret ? "<redacted>" : eight(leaf.from, leaf.to), 25);
        text += padded(name_of(leaf), 31) + padded(leaf.type, 24) + ' ';
        text += secret ? "<redacted>" : leaf.meaning;
        if (leaf.field && leaf.what == tree_leaf::role::value && !leaf.field->about.empty()) text += "   " + std::string(leaf.field->about);
        line(text);
        if (secret) return;
        for (std::size_t at = leaf.from + 8; at < leaf.to; at += 8) {
            if (at - leaf.from >= most) {
                line("      ... " + std::to_string(leaf.to - at) + " more bytes");
                break;
            }
            line("      " + eight(at, leaf.to));
        }
    }
    bytes records_of(const tree_leaf& leaf) const {
        bytes all = input.subspan(leaf.from, leaf.to - leaf.from);
        if (!leaf.field) return all;
        std::uint32_t n = 0;
        const auto* content = leaf.type.starts_with("compact") ? get_uvarint(all.data(), all.data() + all.size(), n) : all.data() + 4;
        return all.subspan(static_cast<std::size_t>(content - all.data()));
    }
    static bool holds_records(const tree_leaf& leaf) { return leaf.type.ends_with("records") && leaf.meaning != "null" && leaf.to > leaf.from; }

    void tree() {
        line(bold(title(), c.out.shows()));
        for (const auto& leaf : e.leaves) {
            leaf_lines(leaf);
            if (!holds_records(leaf)) continue;
            for (const auto& batch : describe_batches(records_of(leaf), e.findings))
                line(std::string(31, ' ') + std::string(2u * leaf.depth, ' ') + "  " + batch);
        }
        for (const auto& finding : e.findings) line("! " + finding);
        if (e.fault) line("! " + *e.fault);
        if (!e.fault && e.findings.empty()) line(offset_of(e.to) + "  end, 0 bytes left over");
    }
    void one_line() {
        std::string text = title();
        for (const auto& leaf : e.leaves)
            if (leaf.path == "header.correlation_id" || leaf.path == "header.client_id") text += "  " + name_of(leaf) + "=" + leaf.meaning;
        for (const auto& finding : e.findings) text += "  ! " + finding;
        if (e.fault) text += "  ! " + *e.fault;
        line(text);
    }
    void json() {
        std::string text = "{\"kwire\":1,\"kind\":\"" + e.kind + "\",\"api\":";
        if (e.api.empty()) text += "null";
        else put_json_string(e.api, text);
        text += ",\"version\":" + (e.version ? std::to_string(*e.version) : std::string("null"));
        text += ",\"header\":" + (e.header_json.empty() ? std::string("null") : e.header_json);
        text += ",\"body\":" + (e.body_json.empty() ? std::string("null") : e.body_json) + ",\"span\":{";
        for (std::size_t i = 0; i < e.leaves.size(); ++i) {
            const auto& leaf = e.leaves[i];
            if (i > 0) text += ',';
            put_json_string(leaf.path, text);
            text += ":[" + std::to_string(leaf.from) + "," + std::to_string(leaf.to - leaf.from) + "]";
            if (holds_records(leaf)) describe_batches(records_of(leaf), e.findings);
        }
        text += '}';
        std::vector<std::string> wrong = e.findings;
        if (e.fault) wrong.push_back(*e.fault);
        for (std::size_t i = 0; i < wrong.size(); ++i) text += i == 0 ? ",\"findings\":[" : ",", put_json_string(wrong[i], text);
        c.out.put(text += wrong.empty() ? "}\n" : "]}\n");
    }
    void hex() { line(hex_of(input.subspan(e.from, e.to - e.from))); }

    void print() {
        if (c.out.shows().is_terminal) columns = c.out.shows().columns;
        if (c.set.tree_format == "json") json();
        else if (c.set.tree_format == "line") one_line();
        else if (c.set.tree_format == "hex") hex();
        else tree();
    }
};

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
    if (!input) return wrong_usage(c.say, "explain", input.error().context());
    const auto show = c.set.show_secrets ? secrets::shown : secrets::hidden;
    int status = exit_code::ok;
    std::size_t from = 0;
    do {
        auto e = explain(as_bytes(*input), from, *as, show);
        printer{c, as_bytes(*input), e}.print();
        say_secrets(c, e.secrets);
        if (e.fault && as->kind == reading_as::what::request && e.leaves.size() > 1) hint_at_answers(c, as_bytes(*input).subspan(from, e.to - from));
        if (e.fault) return exit_code::undecodable;
        if (!e.findings.empty()) status = exit_code::findings;
        from = e.to;
    } while (from < input->size());
    return status;
}
}  // namespace kwire::tool
