// SPDX-License-Identifier: Apache-2.0
// Says of every byte of a message which field owns it and what it means.
//
// The leaves tile what was read: each begins where the one before it ends. A string owns its length, an array has a leaf
// for its count, a structure of a flexible version one for the count of its tagged fields (path "tagged_fields"), a tagged
// field one for its tag and size ("rack_id.tag") besides its value.
// Thread-safety: functions of their arguments alone.
#pragma once

#include <kwire/protocol/codec.hpp>

#include <string>
#include <vector>

namespace kwire::inline v0 {
struct tree_leaf {
    enum class role : std::uint8_t { value, count, presence, tag_count, tag, unknown_tag };

    std::size_t from, to;  // bytes [from, to) of the message
    std::uint16_t depth;   // structures and arrays around it
    role what;
    std::string path;     // "topics[0].partitions[3].leader_id"
    std::string type;     // "int32", "compact_nullable_string"
    std::string meaning;  // "500", "\"orders\"", "6 (NOT_LEADER_OR_FOLLOWER)", "1 element"
    const row* field;     // null for a tag buffer and what is unknown in it
};

struct tree {
    std::vector<tree_leaf> leaves;
    result<std::size_t> taken;  // bytes; or why the next byte could not be read, which is behind the last leaf
};

/// Decodes into a new `object` of the shape and notes what it sees.
tree annotate(const shape& s, void* object, bytes in, std::int16_t version);
template <message M> tree annotate(M& m, bytes in, std::int16_t version) { return annotate(shape_of<M>(), &m, in, version); }
}  // namespace kwire
