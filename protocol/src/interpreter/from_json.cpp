// SPDX-License-Identifier: Apache-2.0
// Messages out of the JSON of Kafka's own message converters; the inverse of json.cpp.
#include "values.hpp"

#include <kwire/protocol/base64.hpp>
#include <kwire/protocol/from_json.hpp>

#include <bitset>
#include <charconv>
#include <limits>

namespace kwire::inline v0 {
namespace interpreter {
namespace {
using token = json_reader::kind;

// Is `name` the schema's name as JSON spells it, with a small first letter?
bool spells(std::string_view name, std::string_view schema_name) {
    return name.size() == schema_name.size() && !name.empty() && name[0] == camel_case(schema_name.substr(0, 1))[0] &&
           name.substr(1) == schema_name.substr(1);
}

template <class T> void store_text(kind k, bool optional, void* member, T content) {
    if (k == kind::string) {
        if (optional) as<std::optional<std::string_view>>(member) = content;
        else as<std::string_view>(member) = content;
    } else if (k == kind::records) {
        if (optional) as<std::optional<records>>(member) = records{as_bytes(content)};
        else as<records>(member) = records{as_bytes(content)};
    } else {
        if (optional) as<std::optional<bytes>>(member) = as_bytes(content);
        else as<bytes>(member) = as_bytes(content);
    }
}

struct json_loader {
    std::int16_t version;
    bool flexible;
    json_reader& in;
    json_memory& memory;
    std::string where;

    bool within(std::string_view name) { return where.insert(0, "." + snake_case(name)), false; }
    bool within(std::size_t index) { return where.insert(0, "[" + std::to_string(index) + "]"), false; }

    template <class T> bool whole_number(void* v) {
        std::string_view spelled;
        std::conditional_t<std::is_same_v<T, errc>, std::int16_t, T> value{};
        if (!in.take_number(spelled)) return false;
        const auto end = spelled.data() + spelled.size();
        const auto [stop, why] = std::from_chars(spelled.data(), end, value);
        if (why != std::errc() || stop != end) {
            std::string what = "expected a whole number from " + std::to_string(std::numeric_limits<decltype(value)>::min()) + " to ";
            return in.fail(what += std::to_string(std::numeric_limits<decltype(value)>::max()));
        }
        as<T>(v) = static_cast<T>(value);
        return true;
    }
    bool real_number(double& v) {
        if (in.peek() == token::string) {
            std::string word;
            if (!in.take_string(word)) return false;
            v = word == "NaN" ? std::numeric_limits<double>::quiet_NaN() : std::numeric_limits<double>::infinity();
            if (word == "-Infinity") v = -v;
            return word == "NaN" || word == "Infinity" || word == "-Infinity" || in.fail("expected a number, NaN, Infinity or -Infinity");
        }
        std::string_view spelled;
        if (!in.take_number(spelled)) return false;
        const auto done = std::from_chars(spelled.data(), spelled.data() + spelled.size(), v);
        return done.ec == std::errc() || in.fail("a number that a float64 cannot hold");
    }
    bool scalar(kind k, void* v) {
        switch (k) {
            case kind::boolean: return in.take_boolean(as<bool>(v));
            case kind::int8: return whole_number<std::int8_t>(v);
            case kind::int16: return whole_number<std::int16_t>(v);
            case kind::error_code: return whole_number<errc>(v);
            case kind::uint16: return whole_number<std::uint16_t>(v);
            case kind::int32: return whole_number<std::int32_t>(v);
            case kind::int64: return whole_number<std::int64_t>(v);
            case kind::float64: return real_number(as<double>(v));
            default: {
                std::string spelled;
                if (!in.take_string(spelled)) return false;
                const auto id = parse_uuid(spelled);
                if (id) as<uuid>(v) = *id;
                return id || in.fail("expected a uuid of 22 characters of base64url");
            }
        }
    }
    // A string, bytes or records, which need a place to stay.
    bool text(kind k, bool optional, void* member) {
        std::string content;
        if (!in.take_string(content)) return false;
        if (k != kind::string) {
            auto data = decode_base64(content, base64_alphabet::standard);
            if (!data) return in.fail("expected base64 with its padding");
            content = std::move(*data);
        }
        store_text(k, optional, member, std::string_view(memory.emplace_back(std::move(content))));
        return true;
    }
    bool null(const row& r, void* member) {
        if (!in.take_null()) return false;
        if (!r.optional || !r.nullable.contains(version)) return in.fail("must not be null in version " + std::to_string(version));
        if (r.items) r.items->clear(member);
        else if (r.type == kind::string) as<std::optional<std::string_view>>(member).reset();
        else if (r.type == kind::records) as<std::optional<records>>(member).reset();
        else as<std::optional<bytes>>(member).reset();
        return true;
    }
    bool array(const row& r, void* member) {
        if (!in.enter_array()) return false;
        std::byte* element = r.items->make(member, in.count_elements());
        for (std::size_t i = 0; in.next_element(); ++i, element += r.items->stride) {
            const bool is_text = r.element == kind::string || r.element == kind::byte_string;
            const bool fine = r.inner ? all(*r.inner, element) : is_text ? text(r.element, false, element) : scalar(r.element, element);
            if (!fine) return within(i);
        }
        return !in.failed();
    }
    bool value(const row& r, void* member) {
        if (in.peek() == token::null) return null(r, member);
        switch (r.type) {
            case kind::string:
            case kind::byte_string:
            case kind::records: return text(r.type, r.optional, member);
            case kind::array: return array(r, member);
            case kind::structure: return all(*r.inner, r.optional ? r.items->make(member, 1) : member);
            default: return scalar(r.type, member);
        }
    }
    bool one_unknown_tag(unknown_tag& t) {
        std::string name;
        if (!in.enter_object()) return false;
        while (in.next_member(name)) {
            std::int32_t tag = 0;
            if (name == "tag") {
                if (!whole_number<std::int32_t>(&tag)) return false;
                if (tag < 0) return in.fail("a negative tag");
                t.tag = static_cast<std::uint32_t>(tag);
            } else if (name == "data") {
                if (!text(kind::byte_string, false, &t.data)) return false;
            } else {
                return in.fail("an unknown tagged field has a tag and data only");
            }
        }
        return !in.failed();
    }
    bool unknown_tagged_fields(const shape& s, void* object) {
        auto* to = s.unknown(object);
        if (!to || !flexible) return in.fail("tagged fields, which version " + std::to_string(version) + " cannot carry");
        if (!in.enter_array()) return false;
        std::int64_t last = -1;
        while (in.next_element()) {
            unknown_tag t;
            if (!one_unknown_tag(t)) return false;
            if (std::exchange(last, t.tag) >= t.tag) return in.fail("tags that do not ascend");
            for (const row& r : s.rows)
                if (r.tag >= 0 && static_cast<std::uint32_t>(r.tag) == t.tag && r.present.contains(version)) return in.fail("a tag that a field has");
            to->add(t);
        }
        return !in.failed();
    }
    const row* named(const shape& s, std::string_view name) const {
        for (const row& r : s.rows)
            if (spells(name, r.name)) return &r;
        return nullptr;
    }
    bool all(const shape& s, void* object) {
        std::bitset<256> seen;
        std::string name;
        if (!in.enter_object()) return false;
        while (in.next_member(name)) {
            const row* r = named(s, name);  // a structure has far fewer than 255 fields
            if (!r && name != "_unknownTaggedFields") return in.fail("has no field " + name);
            const std::size_t place = r ? static_cast<std::size_t>(r - s.rows.data()) : 255;
            if (seen[place]) in.fail("is there twice");
            else if (r) value(*r, s.member(*r, object));
            else unknown_tagged_fields(s, object);
            if (in.failed()) return within(r ? r->name : "UnknownTaggedFields");
            seen[place] = true;
        }
        return !in.failed();
    }
};
}  // namespace

result<void> from_json(const shape& s, void* object, std::int16_t version, json_reader& in, json_memory& memory) {
    if (auto fine = version_known(s, version); !fine) return fine;
    json_loader loader{version, version >= s.flexible_since, in, memory, {}};
    if (loader.all(s, object)) return check(s, object, version);
    std::string what(s.name);
    what += loader.where;
    return in.error().within(what);
}
}  // namespace interpreter
}  // namespace kwire
