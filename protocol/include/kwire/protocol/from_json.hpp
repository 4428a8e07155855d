// SPDX-License-Identifier: Apache-2.0
// Messages from JSON, in the form of Kafka's own message converters: the inverse of to_json().
//
// Fields come in any order; one that is missing keeps its default. Names that the message does not have, and values that
// the version cannot carry, are errors that name the field and the offset in the text.
// Thread-safety: functions of their arguments alone.
#pragma once

#include <kwire/protocol/codec.hpp>
#include <kwire/protocol/json_reader.hpp>

#include <deque>
#include <string>

namespace kwire::inline v0 {
/// Owns what the strings and bytes of messages view that were read from JSON.
using json_memory = std::deque<std::string>;

namespace interpreter {
/// Reads one value into a new object of the shape.
result<void> from_json(const shape& s, void* object, std::int16_t version, json_reader& in, json_memory& memory);
}  // namespace interpreter

/// Reads `text` into a new message, which then views into `memory`.
template <message M> result<void> from_json(M& m, std::int16_t version, std::string_view text, json_memory& memory) {
    json_reader in(text);
    auto done = interpreter::from_json(shape_of<M>(), &m, version, in, memory);
    if (!done || in.finish()) return done;
    return in.error().within(M::name);
}
}  // namespace kwire
