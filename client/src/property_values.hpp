// SPDX-License-Identifier: Apache-2.0
// How the value of a property is read into a member of the options and printed again, by the member's type.
#pragma once

#include <kwire/client/properties.hpp>

#include <limits>

namespace kwire::inline v0::property_values {
/// The words for an enumeration; the first for a value is the one that is printed.
template <class Enum> struct word {
    std::string_view text;
    Enum value;
};

constexpr word<bool> booleans[] = {{"true", true}, {"false", false}};
constexpr word<acks> all_acks[] = {{"all", acks::all}, {"-1", acks::all}, {"0", acks::none}, {"1", acks::leader}};
constexpr word<codec> codecs[] = {
    {"none", codec::none}, {"gzip", codec::gzip}, {"snappy", codec::snappy}, {"lz4", codec::lz4}, {"zstd", codec::zstd}};
constexpr word<partitioner_kind> partitioners[] = {
    {"murmur2_random", partitioner_kind::murmur2_random},
    {"murmur2", partitioner_kind::murmur2},
    {"consistent_random", partitioner_kind::consistent_random},
    {"consistent", partitioner_kind::consistent},
    {"fnv1a_random", partitioner_kind::fnv1a_random},
    {"fnv1a", partitioner_kind::fnv1a},
    {"random", partitioner_kind::random},
    {"roundrobin", partitioner_kind::round_robin},
    {"manual", partitioner_kind::manual},
};
constexpr word<isolation_level> isolation_levels[] = {{"read_uncommitted", isolation_level::read_uncommitted},
                                                      {"read_committed", isolation_level::read_committed}};
constexpr word<offset_reset> resets[] = {
    {"earliest", offset_reset::earliest},  {"latest", offset_reset::latest},  {"none", offset_reset::none},  {"smallest", offset_reset::earliest},
    {"beginning", offset_reset::earliest}, {"largest", offset_reset::latest}, {"end", offset_reset::latest}, {"error", offset_reset::none}};
constexpr word<metadata_recovery> recoveries[] = {{"rebootstrap", metadata_recovery::rebootstrap}, {"none", metadata_recovery::none}};
constexpr word<security_protocol> protocols[] = {{"PLAINTEXT", security_protocol::plaintext},
                                                 {"SSL", security_protocol::ssl},
                                                 {"SASL_PLAINTEXT", security_protocol::sasl_plaintext},
                                                 {"SASL_SSL", security_protocol::sasl_ssl}};
constexpr word<bool> host_checks[] = {{"https", true}, {"none", false}, {"", false}};

error wrong_value(const property& p, std::string_view value, std::string_view why);
result<std::int64_t> read_number(const property& p, std::string_view value, std::int64_t unit);
/// Capitals and small letters count as the same: security.protocol=plaintext.
bool same_word(std::string_view a, std::string_view b) noexcept;
std::vector<std::string> split_list(std::string_view value);

inline result<void> read(std::string& to, const property&, std::string_view value, std::int64_t) {
    to = value;
    return {};
}
inline result<void> read(secret& to, const property&, std::string_view value, std::int64_t) {
    to = secret(std::string(value));
    return {};
}
inline result<void> read(std::vector<std::string>& to, const property& p, std::string_view value, std::int64_t) {
    auto parts = split_list(value);
    if (parts.empty()) return wrong_value(p, value, "the list is empty");
    to = std::move(parts);
    return {};
}

template <class Number> result<void> read_into(Number& to, const property& p, std::string_view value, std::int64_t unit) {
    const auto number = read_number(p, value, unit);
    if (!number) return number.error();
    to = static_cast<Number>(*number);
    return {};
}
inline result<void> read(int& to, const property& p, std::string_view value, std::int64_t unit) { return read_into(to, p, value, unit); }
inline result<void> read(std::size_t& to, const property& p, std::string_view value, std::int64_t unit) { return read_into(to, p, value, unit); }
inline result<void> read(std::chrono::milliseconds& to, const property& p, std::string_view value, std::int64_t unit) {
    return read_into(to, p, value, unit);
}
inline result<void> read(std::optional<int>& to, const property& p, std::string_view value, std::int64_t unit) {
    int number = 0;
    auto done = read_into(number, p, value, unit);
    if (done) to = number;
    return done;
}

template <class Enum, std::size_t Count>
result<void> read_word(Enum& to, const word<Enum> (&words)[Count], const property& p, std::string_view value) {
    for (const auto& w : words) {
        if (!same_word(w.text, value)) continue;
        to = w.value;
        return {};
    }
    return wrong_value(p, value, "");
}

inline std::string print(const std::string& value) { return value; }
inline std::string print(const secret& value) { return value.empty() ? "" : "<redacted>"; }
inline std::string print(int value) { return std::to_string(value); }
inline std::string print(std::size_t value) { return std::to_string(value); }
inline std::string print(std::chrono::milliseconds value) { return std::to_string(value.count()); }
inline std::string print(const std::optional<int>& value) { return value ? std::to_string(*value) : ""; }
std::string print(const std::vector<std::string>& value);

template <class Enum, std::size_t Count> std::string print_word(Enum value, const word<Enum> (&words)[Count]) {
    for (const auto& w : words)
        if (w.value == value) return std::string(w.text);
    return {};
}
}  // namespace kwire
