// SPDX-License-Identifier: Apache-2.0
#include <kwire/protocol/shape.hpp>

namespace kwire::inline v0 {
std::string_view to_string(kind k) noexcept {
    switch (k) {
        case kind::boolean: return "bool";
        case kind::int8: return "int8";
        case kind::int16:
        case kind::error_code: return "int16";
        case kind::int32: return "int32";
        case kind::int64: return "int64";
        case kind::uint16: return "uint16";
        case kind::float64: return "float64";
        case kind::uuid: return "uuid";
        case kind::string: return "string";
        case kind::byte_string: return "bytes";
        case kind::records: return "records";
        case kind::structure: return "struct";
        case kind::array: return "array";
    }
    return "?";
}

std::string wire_type(kind k, bool nullable, bool compact) {
    if (fixed_size(k) > 0) return std::string(to_string(k));
    std::string text = compact && k != kind::structure ? "compact_" : "";
    if (nullable) text += "nullable_";
    return text += to_string(k);
}

namespace {
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
char lower(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }
}  // namespace

std::string snake_case(std::string_view name) {
    std::string out;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const bool starts_word = i > 0 && is_upper(name[i]) && (!is_upper(name[i - 1]) || (i + 1 < name.size() && !is_upper(name[i + 1])));
        if (starts_word) out += '_';
        out += lower(name[i]);
    }
    return out;
}

std::string camel_case(std::string_view name) {
    std::string out(name);
    if (!out.empty()) out[0] = lower(out[0]);
    return out;
}

std::size_t least_size(const shape& s, std::int16_t version, bool flexible) noexcept {
    std::size_t total = flexible ? 1 : 0;  // the tag buffer
    for (const row& r : s.rows) {
        if (r.tag >= 0 || !r.present.contains(version)) continue;
        switch (r.type) {
            case kind::string: total += flexible && r.compact ? 1 : 2; break;
            case kind::byte_string:
            case kind::records:
            case kind::array: total += flexible ? 1 : 4; break;
            case kind::structure: total += r.optional ? 1 : least_size(*r.inner, version, flexible); break;
            default: total += fixed_size(r.type);
        }
    }
    return total;
}
}  // namespace kwire
