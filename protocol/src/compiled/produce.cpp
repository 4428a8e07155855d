// SPDX-License-Identifier: Apache-2.0
#include "codec.hpp"

#include <kwire/protocol/messages/produce.hpp>

namespace kwire::inline v0 {
namespace compiled {
template std::size_t measure(const produce_request&, std::int16_t, std::vector<gap>*);
template std::size_t measure(const produce_response&, std::int16_t, std::vector<gap>*);
template std::byte* encode(const produce_request&, std::int16_t, std::byte*, std::vector<gap>*);
template std::byte* encode(const produce_response&, std::int16_t, std::byte*, std::vector<gap>*);
template result<std::size_t> decode(produce_request&, bytes, std::int16_t);
template result<std::size_t> decode(produce_response&, bytes, std::int16_t);
}  // namespace compiled
}  // namespace kwire
