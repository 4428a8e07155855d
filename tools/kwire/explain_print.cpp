// SPDX-License-Identifier: Apache-2.0
#include "explain_print.hpp"

#include "format.hpp"
#include "wire_text.hpp"

#include <kwire/protocol/varint.hpp>

#include <algorithm>
#include <map>

namespace kwire::tool {
namespace {
struct printer {
    output& out;
    bytes input;
    explanation& e;
    bool show_secrets;
    int columns = 0;                                                         // of a terminal, where lines are cut
    std::map<const explained_leaf*, std::vector<std::string>> batches = {};  // lines about those that a leaf holds

    std::string title() const {
        const bool fancy = out.shows().utf8;
        const std::string dot = fancy ? " \u00b7 " : " - ";
        std::string text = e.kind;
        if (!e.api.empty()) text += ' ' + e.api;
        if (e.version) text += " v" + std::to_string(*e.version);
        text += dot + std::to_string(e.to - e.from) + " bytes";
        if (e.flexible) text += dot + "flexible";
        if (e.header_version) text += " -> " + e.kind + " header v" + std::to_string(*e.header_version);
        return text;
    }
    bool hidden(const explained_leaf& leaf) const { return leaf.secret && !show_secrets; }
    std::string byte_at(std::size_t at) const { return e.secret_at(at) && !show_secrets ? "xx" : hex_of(input.subspan(at, 1)); }
    std::vector<finding> faults() const {
        auto all = e.findings;
        if (e.fault) all.insert(all.begin(), *e.fault);
        return all;
    }

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
        if (out.shows().is_terminal) text = escaped(text);
        if (columns > 0 && text.size() > static_cast<std::size_t>(columns) && valid_utf8(text))
            text = text.substr(0, static_cast<std::size_t>(columns));
        out.put(text += '\n');
    }
    void leaf_lines(const explained_leaf& leaf) {
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

    // The bytes around a place, and a caret under the ones that are meant.
    void caret(const finding& f) {
        constexpr std::size_t before = 8, after = 8;
        const auto start = f.at - std::min(f.at - e.from, before), end = std::min(std::max(e.to, f.at), f.at + after);
        std::string row = "  " + offset_of(start) + "  ", mark(row.size() + 3 * (f.at - start), ' ');
        for (auto at = start; at < end; ++at) row += byte_at(at) + ' ';
        const auto count = std::clamp<std::size_t>(f.size, 1, end > f.at ? end - f.at : 1);
        mark.append(3 * count - 1, '^');
        line(std::move(row));
        line(std::move(mark));
    }
    void tree() {
        line(bold(title(), out.shows()));
        for (const auto& leaf : e.leaves) {
            leaf_lines(leaf);
            for (const auto& batch : batches[&leaf]) line(std::string(31, ' ') + std::string(2u * leaf.depth, ' ') + "  " + batch);
        }
        const auto all = faults();
        for (const auto& f : all) {
            line("! " + f.id + ' ' + f.text);
            if (f.at >= e.from && f.id != "KW-BATCH" && f.id != "KW-BATCH-CRC" && f.id != "KW-NOT-KAFKA" && f.id != "KW-VERSION-NEWER") caret(f);
        }
        if (all.empty()) line(offset_of(e.to) + "  end" + (e.header_version ? " of frame" : "") + ", 0 bytes left over");
    }
    void one_line() {
        std::string text = title();
        for (const auto& leaf : e.leaves)
            if (leaf.path == "header.correlation_id" || leaf.path == "header.client_id") text += "  " + name_of(leaf) + "=" + leaf.meaning;
        for (const auto& f : faults()) text += "  ! " + f.id + ' ' + f.text;
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
        }
        text += '}';
        const auto all = faults();
        for (std::size_t i = 0; i < all.size(); ++i) {
            text += i == 0 ? ",\"findings\":[{\"id\":" : ",{\"id\":", put_json_string(all[i].id, text);
            text += ",\"at\":" + std::to_string(all[i].at) + ",\"size\":" + std::to_string(all[i].size) + ",\"text\":";
            put_json_string(all[i].text, text), text += '}';
        }
        out.put(text += all.empty() ? "}\n" : "]}\n");
    }
    void hex() {
        std::string text;
        for (auto at = e.from; at < e.to; ++at) text += byte_at(at);
        line(text);
    }

    // Whatever the form, what is wrong with records is found.
    void look_into_records() {
        const bool fetched = e.api == "Fetch" && e.kind.starts_with("response");
        for (const auto& leaf : e.leaves) {
            if (!holds_records(leaf)) continue;
            const auto content = records_of(leaf);
            const auto at = static_cast<std::size_t>(content.data() - input.data());
            batches[&leaf] = describe_batches(content, at, fetched, e.findings);
        }
    }

    void print(std::string_view form) {
        look_into_records();
        if (out.shows().is_terminal) columns = out.shows().columns;
        if (form == "json") json();
        else if (form == "line") one_line();
        else if (form == "hex") hex();
        else tree();
    }
};
}  // namespace

void print_explanation(output& out, bytes input, explanation& e, std::string_view form, bool show_secrets) {
    printer{out, input, e, show_secrets}.print(form);
}
}  // namespace kwire::tool
