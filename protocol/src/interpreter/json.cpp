// SPDX-License-Identifier: Apache-2.0
// Messages as the JSON of Kafka's own message converters, on one line.
// Source: the *JsonConverter classes that Apache Kafka generates; the rules stand in tests/data/vectors/README.md.
#include "values.hpp"

#include <kwire/protocol/base64.hpp>
#include <kwire/protocol/codec.hpp>
#include <kwire/protocol/json_text.hpp>

namespace kwire::inline v0 {
namespace interpreter {
namespace {
struct json_writer {
    std::int16_t version;
    std::string& out;
    secrets show = secrets::shown;

    void content(kind k, std::optional<bytes> b) {
        if (!b) out += "null";
        else if (k == kind::string) append_json_string(out, as_text(*b));
        else {
            out += '"';
            append_base64(out, *b, base64_alphabet::standard);
            out += '"';
        }
    }
    void scalar(kind k, const void* v) {
        switch (k) {
            case kind::boolean: out += as<bool>(v) ? "true" : "false"; break;
            case kind::int8: out += std::to_string(as<std::int8_t>(v)); break;
            case kind::int16: out += std::to_string(as<std::int16_t>(v)); break;
            case kind::error_code: out += std::to_string(static_cast<std::int16_t>(as<errc>(v))); break;
            case kind::uint16: out += std::to_string(as<std::uint16_t>(v)); break;
            case kind::int32: out += std::to_string(as<std::int32_t>(v)); break;
            case kind::int64: out += std::to_string(as<std::int64_t>(v)); break;
            case kind::float64: append_json_double(out, as<double>(v)); break;
            default: out += '"', out += to_string(as<uuid>(v)), out += '"';
        }
    }
    void array(const row& r, const void* member) {
        if (!r.items->present(member)) return void(out += "null");
        const auto list = r.items->look(member);
        out += '[';
        const std::byte* element = list.first;
        for (std::size_t i = 0; i < list.count; ++i, element += r.items->stride) {
            if (i > 0) out += ',';
            if (r.inner) all(*r.inner, element);
            else if (r.element == kind::string || r.element == kind::byte_string) content(r.element, content_of(r.element, false, element));
            else scalar(r.element, element);
        }
        out += ']';
    }
    void field(const row& r, const void* member) {
        if (r.secret && show == secrets::hidden) return void(out += "\"<redacted>\"");
        switch (r.type) {
            case kind::string:
            case kind::byte_string:
            case kind::records: return content(r.type, content_of(r.type, r.optional, member));
            case kind::array: return array(r, member);
            case kind::structure:
                if (present(r, member)) all(*r.inner, structure_in(r, member));
                else out += "null";
                return;
            default: scalar(r.type, member);
        }
    }
    void all(const shape& s, const void* object) {
        out += '{';
        bool first = true;
        const auto begin_member = [&](std::string_view name) {
            if (!std::exchange(first, false)) out += ',';
            out += '"';
            out += name;
            out += "\":";
        };
        for (const row& r : s.rows) {
            if (!r.present.contains(version) || (r.tag >= 0 && is_default(s, r, object))) continue;
            begin_member(camel_case(r.name));
            field(r, s.member(r, object));
        }
        const auto* unknown = s.unknown(object);
        if (unknown && !unknown->empty()) {
            begin_member("_unknownTaggedFields");
            char separator = '[';
            for (const auto& t : unknown->list()) {
                out += separator;
                out += "{\"tag\":" + std::to_string(t.tag) + ",\"data\":";
                content(kind::byte_string, t.data);
                out += '}';
                separator = ',';
            }
            out += ']';
        }
        out += '}';
    }
};
}  // namespace

void value_to_json(const row& r, const void* member, std::int16_t version, std::string& out) { json_writer{version, out}.field(r, member); }

void to_json(const shape& s, const void* object, std::int16_t version, std::string& out, secrets show) {
    json_writer{version, out, show}.all(s, object);
}
}  // namespace interpreter
}  // namespace kwire
