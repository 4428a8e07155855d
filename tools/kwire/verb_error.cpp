// SPDX-License-Identifier: Apache-2.0
// kwire error: what an error code of Kafka means.
#include "format.hpp"
#include "verb.hpp"

#include <kwire/client/nearest.hpp>

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace kwire::tool {
namespace {
const errc_info* look_up(std::string_view text) {
    int code = 0;
    const auto end = text.data() + text.size();
    const auto [stop, why] = std::from_chars(text.data(), end, code);
    if (why == std::errc() && stop == end) return code >= -1 && code <= 32767 ? find_errc(static_cast<errc>(code)) : nullptr;
    return find_errc(text);
}

std::string_view retry_of(const errc_info& row) {
    if (row.retriable) return row.refresh_metadata ? "yes, after looking up the leader or coordinator again" : "yes";
    return "no, the same request fails again";
}

void print_page(const errc_info& row, output& out) {
    std::string title(row.name);
    title += " (" + std::to_string(static_cast<int>(row.code)) + ")";
    std::string text = bold(title, out.shows());
    text += "\n  meaning  ", text += row.cause;
    text += "\n  next     ", text += row.cure;
    if (row.code != errc::none) text += "\n  retry    ", text += retry_of(row);
    text += '\n';
    out.put(text);
}

void print_line(const errc_info& row, output& out) {
    char head[64];
    std::snprintf(head, sizeof head, "%4d %c %-37.*s ", static_cast<int>(row.code), row.retriable ? 'r' : ' ', static_cast<int>(row.name.size()),
                  row.name.data());
    std::string text = head;
    out.put(text.append(row.cause) += '\n');
}

void print_json(const errc_info& row, output& out) {
    std::string text = "{\"code\":" + std::to_string(static_cast<int>(row.code)) + ",\"name\":";
    put_json_string(row.name, text);
    text += ",\"retriable\":", text += row.retriable ? "true" : "false";
    text += ",\"refreshMetadata\":", text += row.refresh_metadata ? "true" : "false";
    text += ",\"meaning\":", put_json_string(row.cause, text);
    text += ",\"next\":", put_json_string(row.cure, text);
    out.put(text += "}\n");
}

std::string unknown(std::string_view text) {
    std::string upper(text);
    std::ranges::transform(upper, upper.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    std::vector<std::string_view> names;
    for (const auto& row : errc_table()) names.push_back(row.name);
    std::string message = "Kafka has no error code '";
    message += text;
    message += '\'';
    const auto close = nearest(upper, names);
    if (!close.empty()) message += ", did you mean ", message += close, message += '?';
    return message;
}
}  // namespace

int run_error(const context& c) {
    if (c.set.rest.empty()) {
        for (const auto& row : errc_table()) c.set.json ? print_json(row, c.out) : print_line(row, c.out);
        return exit_code::ok;
    }
    for (const auto& text : c.set.rest) {
        const auto* row = look_up(text);
        if (!row) return wrong_usage(c.say, "error", unknown(text));
        c.set.json ? print_json(*row, c.out) : print_page(*row, c.out);
    }
    return exit_code::ok;
}
}  // namespace kwire::tool
