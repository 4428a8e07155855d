// SPDX-License-Identifier: Apache-2.0
// Messages to bytes and back: check, measure, encode, decode, and JSON as Kafka's own tools print it.
//
// Every message goes through one interpreter over the rows of its layout. The messages of the hot paths say
// `static constexpr bool compiled = true` and have code of their own besides, made from the same layout and held to the
// same bytes by a test. What is here works on bodies; frame.hpp adds length and header.
// Thread-safety: functions of their arguments alone.
#pragma once

#include <kwire/protocol/bytes.hpp>
#include <kwire/protocol/error.hpp>
#include <kwire/protocol/shape.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace kwire::inline v0 {
/// Where record data belongs in a message that was encoded without it, so that it can be written from where it lies.
struct gap {
    std::size_t at = 0;  // behind so many bytes of the encoded rest
    bytes data;
};

/// Sees each part of a message as it is read; the annotated tree is made of this.
class decode_observer {
  public:
    enum class part { value, length, count, presence, tag_count, tag, tag_size, unknown_tag };
    virtual ~decode_observer() = default;
    virtual void enter_field(const row& r) = 0;
    virtual void enter_element(std::size_t index) = 0;
    virtual void leave() = 0;
    /// The bytes [from, to) are `what` of the innermost field; `value` is the decoded member of kind `k` for part::value.
    virtual void leaf(part what, kind k, std::size_t from, std::size_t to, const void* value, std::int64_t number) = 0;
};

/// Are passwords, tokens and the like printed, or "<redacted>" in their place?
enum class secrets : std::uint8_t { shown, hidden };

namespace interpreter {
result<void> check(const shape& s, const void* object, std::int16_t version);
std::size_t measure(const shape& s, const void* object, std::int16_t version, std::vector<gap>* gaps = nullptr);
std::byte* encode(const shape& s, const void* object, std::int16_t version, std::byte* out, std::vector<gap>* gaps = nullptr);
/// Returns how many bytes of `in` the message took.
result<std::size_t> decode(const shape& s, void* object, bytes in, std::int16_t version, decode_observer* watch = nullptr);
void to_json(const shape& s, const void* object, std::int16_t version, std::string& out, secrets show = secrets::shown);
}  // namespace interpreter

namespace compiled {
template <message M> std::size_t measure(const M& m, std::int16_t version, std::vector<gap>* gaps);
template <message M> std::byte* encode(const M& m, std::int16_t version, std::byte* out, std::vector<gap>* gaps);
template <message M> result<std::size_t> decode(M& m, bytes in, std::int16_t version);
}  // namespace compiled

template <class M> inline constexpr bool has_compiled_codec = requires { M::compiled; };

/// Can this version carry these values? Names the field that it cannot carry, with client_errc::version_not_supported.
/// Encoding what this refuses is undefined for null values and drops fields that the version lacks.
template <message M> result<void> check(const M& m, std::int16_t version) { return interpreter::check(shape_of<M>(), &m, version); }

/// The bytes that encode() writes.
template <message M> std::size_t measure(const M& m, std::int16_t version) {
    if constexpr (has_compiled_codec<M>) return compiled::measure(m, version, nullptr);
    else return interpreter::measure(shape_of<M>(), &m, version);
}

/// Writes the body at `out`, where measure() bytes of room must be; returns the place behind it.
template <message M> std::byte* encode(const M& m, std::int16_t version, std::byte* out) {
    if constexpr (has_compiled_codec<M>) return compiled::encode(m, version, out, nullptr);
    else return interpreter::encode(shape_of<M>(), &m, version, out);
}

/// The same without the record data: what is left out, and where, is appended to `gaps`.
template <message M> std::size_t measure_apart(const M& m, std::int16_t version, std::vector<gap>& gaps) {
    if constexpr (has_compiled_codec<M>) return compiled::measure(m, version, &gaps);
    else return interpreter::measure(shape_of<M>(), &m, version, &gaps);
}
template <message M> std::byte* encode_apart(const M& m, std::int16_t version, std::byte* out, std::vector<gap>& gaps) {
    if constexpr (has_compiled_codec<M>) return compiled::encode(m, version, out, &gaps);
    else return interpreter::encode(shape_of<M>(), &m, version, out, &gaps);
}

/// Reads a body from the front of `in` into `m`, whose strings and bytes then view into `in`; returns the bytes taken.
/// An error of client_errc::malformed names the field and the offset; `m` then holds what had been read so far.
/// Takes at most 32 times the size of `in` in memory.
template <message M> result<std::size_t> decode_front(M& m, bytes in, std::int16_t version) {
    if constexpr (has_compiled_codec<M>) return compiled::decode(m, in, version);
    else return interpreter::decode(shape_of<M>(), &m, in, version);
}

/// Reads a body that fills `in`; bytes left over are an error.
template <message M> result<void> decode(M& m, bytes in, std::int16_t version) {
    auto taken = decode_front(m, in, version);
    if (!taken) return std::move(taken).error();
    if (*taken == in.size()) return {};
    std::string what(M::name);
    what += ": " + std::to_string(in.size() - *taken) + " bytes left over at offset " + std::to_string(*taken);
    return error(client_errc::malformed, std::move(what));
}

/// The body as one line of JSON, in the form of Kafka's own message converters.
template <message M> std::string to_json(const M& m, std::int16_t version, secrets show = secrets::shown) {
    std::string out;
    interpreter::to_json(shape_of<M>(), &m, version, out, show);
    return out;
}
}  // namespace kwire
