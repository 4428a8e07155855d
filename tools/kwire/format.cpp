// SPDX-License-Identifier: Apache-2.0
#include "format.hpp"

#include "output.hpp"

#include <algorithm>

namespace kwire::tool {
namespace {
constexpr char hex_digits[] = "0123456789abcdef";

int hex_digit(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// Reads the escape after the \ at `at`; returns where the text goes on.
std::size_t read_escape(std::string_view text, std::size_t at, std::string& out) {
    if (at + 1 >= text.size()) return out += '\\', at + 1;
    const char c = text[at + 1];
    switch (c) {
        case 'n': out += '\n'; return at + 2;
        case 'r': out += '\r'; return at + 2;
        case 't': out += '\t'; return at + 2;
        case '0': out += '\0'; return at + 2;
        case 'x': break;
        default: out += c; return at + 2;
    }
    int value = 0;
    std::size_t next = at + 2;
    while (next < text.size() && next < at + 4 && hex_digit(text[next]) >= 0) value = value * 16 + hex_digit(text[next++]);
    if (next == at + 2) out += 'x';
    else out += static_cast<char>(value);
    return next;
}

void put_text(std::optional<std::string_view> text, const print_options& how, std::string& out) {
    if (!text) out += how.null_as_word ? "NULL" : "";
    else if (how.escape) out += escaped(*text);
    else out += *text;
}

std::int64_t length(std::optional<std::string_view> text) { return text ? static_cast<std::int64_t>(text->size()) : -1; }

void put_binary_length(std::optional<std::string_view> text, std::string& out) {
    const auto size = static_cast<std::uint32_t>(length(text));
    for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(size >> shift & 0xff);
}

void put_headers(const shown_record& r, const print_options& how, std::string& out) {
    bool first = true;
    for (const auto& h : r.headers) {
        if (!first) out += ',';
        first = false;
        put_text(h.name, how, out);
        out += '=';
        put_text(h.value, {.null_as_word = true, .escape = how.escape}, out);
    }
}

void put_hex(std::string_view text, std::string& out) {
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        out += hex_digits[byte >> 4];
        out += hex_digits[byte & 15];
    }
}

void put_crc(std::uint32_t crc, std::string& out) {
    for (int shift = 28; shift >= 0; shift -= 4) out += hex_digits[crc >> shift & 15];
}

std::string_view name_of(codec c) {
    constexpr std::string_view names[] = {"none", "gzip", "snappy", "lz4", "zstd"};
    return names[static_cast<std::size_t>(c)];
}

error bad_token(std::string_view token, std::size_t at) {
    std::string text = "format: there is no token ";
    text += token;
    text += " (at character " + std::to_string(at + 1) + "); a percent sign itself is %%";
    return error(client_errc::invalid_argument, std::move(text));
}
}  // namespace

std::string unescape(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] == '\\') at = read_escape(text, at, out);
        else out += text[at++];
    }
    return out;
}

void record_format::add(std::string text) {
    if (text.empty()) return;
    if (!pieces_.empty() && pieces_.back().what == token::literal) pieces_.back().text += text;
    else pieces_.push_back({token::literal, std::move(text)});
}

result<std::size_t> record_format::add_token(std::string_view text, std::size_t at) {
    static constexpr std::pair<std::string_view, token> tokens[] = {{"%s", token::value},
                                                                    {"%S", token::value_length},
                                                                    {"%R", token::value_length_binary},
                                                                    {"%k", token::key},
                                                                    {"%K", token::key_length},
                                                                    {"%t", token::topic},
                                                                    {"%p", token::partition},
                                                                    {"%o", token::offset},
                                                                    {"%T", token::timestamp},
                                                                    {"%h", token::headers},
                                                                    {"%{crc}", token::crc},
                                                                    {"%{pid}", token::producer_id},
                                                                    {"%{epoch}", token::producer_epoch},
                                                                    {"%{codec}", token::compression},
                                                                    {"%{topic_id}", token::topic_id},
                                                                    {"%{hex}", token::hex}};
    const auto rest = text.substr(at);
    if (rest.starts_with("%%")) return add("%"), at + 2;
    for (const auto& [spelling, what] : tokens)
        if (rest.starts_with(spelling)) return add(what), at + spelling.size();
    const auto brace = rest.find('}');
    return bad_token(rest.starts_with("%{") && brace != rest.npos ? rest.substr(0, brace + 1) : rest.substr(0, 2), at);
}

result<record_format> record_format::parse(std::string_view text) {
    record_format f;
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] == '%') {
            const auto next = f.add_token(text, at);
            if (!next) return next.error();
            at = *next;
            continue;
        }
        std::string literal;
        if (text[at] == '\\') at = read_escape(text, at, literal);
        else literal = text[at++];
        f.add(std::move(literal));
    }
    return f;
}

record_format record_format::plain(std::optional<std::string> key_delimiter, bool with_offset, std::string delimiter) {
    record_format f;
    const auto between = key_delimiter.value_or(":");
    if (with_offset) f.add(token::offset), f.add(between);
    if (key_delimiter) f.add(token::key), f.add(between);
    f.add(token::value);
    f.add(std::move(delimiter));
    return f;
}

void record_format::render(const shown_record& r, const print_options& how, std::string& out) const {
    for (const auto& p : pieces_) {
        switch (p.what) {
            case token::literal: out += p.text; break;
            case token::value: put_text(r.value, how, out); break;
            case token::value_length: out += std::to_string(length(r.value)); break;
            case token::value_length_binary: put_binary_length(r.value, out); break;
            case token::key: put_text(r.key, how, out); break;
            case token::key_length: out += std::to_string(length(r.key)); break;
            case token::topic: put_text(r.topic, how, out); break;
            case token::partition: out += std::to_string(r.partition); break;
            case token::offset: out += std::to_string(r.offset); break;
            case token::timestamp: out += std::to_string(r.timestamp); break;
            case token::headers: put_headers(r, how, out); break;
            case token::crc: put_crc(r.crc, out); break;
            case token::producer_id: out += std::to_string(r.producer_id); break;
            case token::producer_epoch: out += std::to_string(r.producer_epoch); break;
            case token::compression: out += name_of(r.compression); break;
            case token::topic_id: out += r.topic_id; break;
            case token::hex: put_hex(r.value.value_or(""), out); break;
        }
    }
}

void put_json_string(std::string_view text, std::string& out) {
    out += '"';
    while (!text.empty()) {
        const char c = text[0];
        const auto byte = static_cast<unsigned char>(c);
        std::size_t taken = 1;
        if (c == '"' || c == '\\') out += '\\', out += c;
        else if (c == '\n') out += "\\n";
        else if (c == '\r') out += "\\r";
        else if (c == '\t') out += "\\t";
        else if (byte < 0x20 || byte == 0x7f) out += "\\u00", put_hex(text.substr(0, 1), out);
        else if (byte < 0x80) out += c;
        else {
            taken = std::min<std::size_t>(byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2, text.size());
            if (!valid_utf8(text.substr(0, taken))) out += "\xef\xbf\xbd", taken = 1;  // U+FFFD
            else if (byte == 0xc2 && static_cast<unsigned char>(text[1]) < 0xa0) out += "\\u00", put_hex(text.substr(1, 1), out);
            else out += text.substr(0, taken);
        }
        text.remove_prefix(taken);
    }
    out += '"';
}

namespace {
void put_json_field(std::string_view name, std::optional<std::string_view> text, std::string& out) {
    out += ",\"", out += name, out += "\":";
    if (!text) {
        out += "null";
        return;
    }
    put_json_string(*text, out);
    if (valid_utf8(*text)) return;
    out += ",\"", out += name, out += "_hex\":\"";
    put_hex(*text, out);
    out += '"';
}
}  // namespace

void render_json(const shown_record& r, std::string& out) {
    constexpr std::string_view kinds[] = {"create", "logappend", "unknown"};
    out += "{\"topic\":";
    put_json_string(r.topic, out);
    out += ",\"partition\":" + std::to_string(r.partition);
    out += ",\"offset\":" + std::to_string(r.offset);
    out += ",\"tstype\":\"", out += kinds[static_cast<std::size_t>(r.timestamp_type)];
    out += "\",\"ts\":" + std::to_string(r.timestamp);
    out += ",\"broker\":" + std::to_string(r.broker);
    if (!r.headers.empty()) {
        out += ",\"headers\":[";
        bool first = true;
        for (const auto& h : r.headers) {
            if (!first) out += ',';
            first = false;
            put_json_string(h.name, out);
            out += ',';
            if (h.value) put_json_string(*h.value, out);
            else out += "null";
        }
        out += ']';
    }
    put_json_field("key", r.key, out);
    put_json_field("payload", r.value, out);
    out += '}';
}
}  // namespace kwire::tool
