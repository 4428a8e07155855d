// SPDX-License-Identifier: Apache-2.0
#include "refusal.hpp"

#include <kwire/protocol/codec.hpp>

namespace kwire::inline v0 {
namespace compiled {
error refusal(const shape& s, void* object, bytes in, std::int16_t version) {
    auto taken = interpreter::decode(s, object, in, version);
    if (!taken) return std::move(taken).error();
    return error(client_errc::malformed, std::string(s.name) + ": the two decoders disagree about it, which is a fault of kwire");
}
}  // namespace compiled
}  // namespace kwire
