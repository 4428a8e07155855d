// SPDX-License-Identifier: Apache-2.0
#include <kwire/protocol/frame.hpp>

namespace kwire::inline v0 {
result<request_front> read_request_header(bytes frame, bool (*flexible)(std::int16_t, std::int16_t)) {
    request_front out;
    if (frame.size() < 8) {
        std::string what = "RequestHeader: needs 8 bytes, ";
        what += std::to_string(frame.size()) + " left";
        return error(client_errc::malformed, std::move(what));
    }
    const auto api_key = load<std::int16_t>(frame.data());
    const auto version = load<std::int16_t>(frame.data() + 2);
    const auto since = flexible(api_key, version) ? version : never_flexible;
    auto taken = decode_front(out.header, frame, request_header_version(api_key, version, since));
    if (!taken) return std::move(taken).error();
    out.body = frame.subspan(*taken);
    return out;
}

result<bytes> read_response_header(bytes frame, std::int16_t header_version, response_header& out) {
    auto taken = decode_front(out, frame, header_version);
    if (!taken) return std::move(taken).error();
    return frame.subspan(*taken);
}
}  // namespace kwire
