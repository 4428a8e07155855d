// SPDX-License-Identifier: Apache-2.0
#include "values.hpp"

#include <kwire/protocol/apis.hpp>
#include <kwire/protocol/json_text.hpp>
#include <kwire/protocol/tree.hpp>

#include <chrono>
#include <cstdio>

namespace kwire::inline v0 {
namespace {
using role = tree_leaf::role;

// "2024-11-24T20:26:40.000Z"; empty for what no record can have meant.
std::string utc(std::int64_t ms_since_1970) {
    if (ms_since_1970 <= 0 || ms_since_1970 > 253'402'300'799'999) return {};  // the end of the year 9999
    const std::chrono::sys_time<std::chrono::milliseconds> time{std::chrono::milliseconds(ms_since_1970)};
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);
    char text[40];
    std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                  static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
    return text;
}

std::string counted(std::int64_t n, std::string_view what) {
    std::string text = std::to_string(n);
    text += ' ';
    text += what;
    return n == 1 ? text : text += 's';
}

std::string shortened(std::string_view content) {
    constexpr std::size_t most = 60;
    std::string text;
    std::size_t shown = std::min(content.size(), most);
    while (shown < content.size() && shown > 0 && (static_cast<std::uint8_t>(content[shown]) & 0xc0) == 0x80) --shown;  // not within a character
    append_json_string(text, content.substr(0, shown));
    if (shown < content.size()) text += "... (" + counted(static_cast<std::int64_t>(content.size()), "byte") + ")";
    return text;
}

struct annotator : decode_observer {
    std::int16_t version;
    bool flexible;
    std::vector<tree_leaf>& leaves;

    struct frame {
        std::size_t path_size;  // in front of it
        const row* field;       // null for an element
    };
    std::vector<frame> frames;
    std::string path;
    bool just_entered = false;  // a field, so that a tag which comes next is its own
    std::size_t tag_from = 0;
    std::int64_t tag_number = 0;

    annotator(std::int16_t v, bool f, std::vector<tree_leaf>& l) : version(v), flexible(f), leaves(l) {}

    void enter_field(const row& r) override {
        frames.push_back({path.size(), &r});
        if (!path.empty()) path += '.';
        path += snake_case(r.name);
        just_entered = true;
    }
    void enter_element(std::size_t index) override {
        frames.push_back({path.size(), nullptr});
        path += '[' + std::to_string(index) + ']';
        just_entered = false;
    }
    void leave() override {
        path.resize(frames.back().path_size);
        frames.pop_back();
        just_entered = false;
    }

    // Levels around a leaf of the innermost field, or, `inside`, around one of the structure that it is.
    std::uint16_t depth(bool inside) const {
        std::size_t levels = 0;
        for (std::size_t i = 0; i < frames.size(); ++i) {
            const bool last = i + 1 == frames.size();
            if (!frames[i].field) ++levels;
            else if (frames[i].field->type == kind::structure && (!last || inside)) ++levels;
        }
        return static_cast<std::uint16_t>(levels);
    }
    const row* field() const {
        for (auto f = frames.rbegin(); f != frames.rend(); ++f)
            if (f->field) return f->field;
        return nullptr;
    }
    bool in_element() const { return !frames.empty() && !frames.back().field; }
    void add(std::size_t from, std::size_t to, role what, std::string type, std::string meaning, bool inside = false) {
        leaves.push_back({from, to, depth(inside), what, path, std::move(type), std::move(meaning), field()});
    }
    // A leaf of the tag buffer of the structure that is being read.
    void add_to_buffer(std::size_t from, std::size_t to, role what, std::string_view name, std::string type, std::string meaning) {
        leaves.push_back({from, to, depth(true), what, path, std::move(type), std::move(meaning), nullptr});
        auto& p = leaves.back().path;
        if (!p.empty()) p += '.';
        p += name;
    }

    std::string type_here(kind k) const {
        const row* r = field();
        if (in_element()) return wire_type(k, false, flexible);
        return wire_type(k, r->nullable.contains(version), flexible && r->compact);
    }
    std::string with_name(std::int64_t number, std::string_view name) const {
        std::string text = std::to_string(number);
        if (!name.empty()) text += " (", text += name, text += ')';
        return text;
    }
    std::string int16(std::int16_t v) const {
        const row* r = field();
        const bool key = r->name == "ApiKey" || r->name == "RequestApiKey";
        const api* a = key ? find_api(v) : nullptr;
        return with_name(v, a ? a->name : std::string_view());
    }
    std::string int64(std::int64_t v) const {
        return with_name(v, field()->about.find("ms since 1970") != std::string_view::npos ? utc(v) : std::string());
    }
    std::string error_code(errc code) const {
        const auto* known = find_errc(code);
        return with_name(static_cast<std::int16_t>(code), known ? known->name : "unknown code");
    }
    std::string scalar(kind k, const void* v) const {
        using interpreter::as;
        switch (k) {
            case kind::boolean: return as<bool>(v) ? "true" : "false";
            case kind::int8: return std::to_string(as<std::int8_t>(v));
            case kind::int16: return int16(as<std::int16_t>(v));
            case kind::error_code: return error_code(as<errc>(v));
            case kind::uint16: return std::to_string(as<std::uint16_t>(v));
            case kind::int32: return std::to_string(as<std::int32_t>(v));
            case kind::int64: return int64(as<std::int64_t>(v));
            case kind::uuid: return to_string(as<uuid>(v));
            case kind::float64: {
                std::string text;
                append_json_double(text, as<double>(v));
                return text;
            }
            case kind::string: return shortened(as_text(as<bytes>(v)));
            default: return counted(static_cast<std::int64_t>(as<bytes>(v).size()), "byte");
        }
    }

    void value(kind k, std::size_t from, std::size_t to, const void* v) {
        const bool text = fixed_size(k) == 0;
        if (!text) return add(from, to, role::value, type_here(k), scalar(k, v));
        leaves.back().to = to;  // the length came before
        leaves.back().meaning = scalar(k, v);
    }
    void leaf(part what, kind k, std::size_t from, std::size_t to, const void* v, std::int64_t number) override {
        const bool own_tag = std::exchange(just_entered, false);
        switch (what) {
            case part::value: return value(k, from, to, v);
            case part::length: return add(from, to, role::value, type_here(k), number < 0 ? "null" : k == kind::string ? "\"\"" : "0 bytes");
            case part::count: {
                std::string meaning = number < 0 ? "null" : counted(number, "element");
                if (flexible) meaning += " (" + std::to_string(number + 1) + (number < 0 ? ")" : " = count + 1)");
                return add(from, to, role::count, type_here(k), std::move(meaning));
            }
            case part::presence: return add(from, to, role::presence, "int8", number < 0 ? "null" : "present");
            case part::tag_count:
                return add_to_buffer(from, to, role::tag_count, "tagged_fields", "uvarint", number == 0 ? "none" : std::to_string(number));
            case part::tag:
                tag_from = from;
                tag_number = number;
                just_entered = own_tag;
                return;
            case part::tag_size: return tag_size(own_tag, to, number);
            case part::unknown_tag: leaves.back().to = to;
        }
    }
    void tag_size(bool known, std::size_t to, std::int64_t size) {
        std::string meaning = "tag " + std::to_string(tag_number) + ", " + counted(size, "byte");
        if (known) {
            add(tag_from, to, role::tag, "tag", std::move(meaning));
            leaves.back().path += ".tag";
        } else {
            add_to_buffer(tag_from, to, role::unknown_tag, "tagged_fields[" + std::to_string(tag_number) + "]", "tagged_field",
                          meaning += ", unknown");
        }
    }
};
}  // namespace

tree annotate(const shape& s, void* object, bytes in, std::int16_t version) {
    tree out{{}, std::size_t{0}};
    annotator notes(version, version >= s.flexible_since, out.leaves);
    out.taken = interpreter::decode(s, object, in, version, &notes);
    return out;
}
}  // namespace kwire
