// SPDX-License-Identifier: Apache-2.0
// What a message looks like in a version, in words: one line a field; and what changed from one version to another.
// Thread-safety: functions of their arguments alone.
#pragma once

#include <kwire/protocol/error.hpp>
#include <kwire/protocol/shape.hpp>

#include <string>
#include <vector>

namespace kwire::inline v0 {
struct schema_line {
    std::string path;           // "topics[].partitions[].leader_epoch"
    std::uint16_t depth;        // structures around it
    std::string type;           // "int32", "compact_nullable_string", "compact_array of int32", "compact_array of struct"
    std::string default_value;  // as JSON; empty for structures
    const row* field;           // the rest: versions, tag, about
};

/// The fields of a version in the order of the wire, tagged ones where the layout has them; a structure before its fields.
/// Fails with client_errc::version_not_supported.
result<std::vector<schema_line>> describe(const shape& s, std::int16_t version);

/// The fields of all versions, each with the type of the newest one that has it.
std::vector<schema_line> describe(const shape& s);

struct schema_change {
    char what;             // '+' new, '-' gone, '~' may be null now, or no longer
    schema_line now;       // as it was, where it is gone
    std::string was_type;  // of '~'
};
/// What `to` has other than `from`. Lengths that become compact are no change: that is true of all fields at once.
result<std::vector<schema_change>> differences(const shape& s, std::int16_t from, std::int16_t to);
}  // namespace kwire
