// SPDX-License-Identifier: Apache-2.0
// Whole frames: an int32 that counts the bytes behind it, a header, a body.
// Source: https://kafka.apache.org/protocol#protocol_common
#pragma once

#include <kwire/protocol/codec.hpp>
#include <kwire/protocol/header.hpp>
#include <kwire/protocol/wire.hpp>

namespace kwire::inline v0 {
namespace detail {
template <message Header, message Body>
buffer encode_frame(const Header& h, std::int16_t header_version, const Body& b, std::int16_t version, std::vector<gap>* gaps) {
    std::size_t apart = 0;
    const auto head = measure(h, header_version);
    buffer out(4 + head + (gaps ? measure_apart(b, version, *gaps) : measure(b, version)));
    std::byte* body = encode(h, header_version, out.data() + 4);
    if (gaps) {
        gaps->clear();
        encode_apart(b, version, body, *gaps);
        for (gap& g : *gaps) g.at += 4 + head, apart += g.data.size();
    } else {
        encode(b, version, body);
    }
    store(out.data(), static_cast<std::int32_t>(out.size() - 4 + apart));
    return out;
}
}  // namespace detail

/// A request as it goes on the wire; check() it first. With `gaps` the record data is left out, for a gathered write: the
/// gaps say what belongs behind which byte of the buffer, and the frame's length counts it.
template <message Request> buffer encode_request(const Request& r, std::int16_t version, std::int32_t correlation_id,
                                                 std::optional<std::string_view> client_id, std::vector<gap>* gaps = nullptr) {
    const request_header h{Request::api_key, version, correlation_id, client_id, {}};
    return detail::encode_frame(h, request_header_version(Request::api_key, version, Request::flexible_since), r, version, gaps);
}

/// An answer as it goes on the wire.
template <message Response>
buffer encode_response(const Response& r, std::int16_t version, std::int32_t correlation_id, std::vector<gap>* gaps = nullptr) {
    const response_header h{correlation_id, {}};
    return detail::encode_frame(h, response_header_version(Response::api_key, version, Response::flexible_since), r, version, gaps);
}

/// The front of a request frame (without its length), before anything is known of its body's API.
struct request_front {
    request_header header;
    bytes body;
};
/// Reads the header of a request; `flexible` tells for (api_key, version) whether the body is. Views into `frame`.
result<request_front> read_request_header(bytes frame, bool (*flexible)(std::int16_t api_key, std::int16_t version));

/// Reads the header of an answer (frame without its length) and returns the body behind it.
result<bytes> read_response_header(bytes frame, std::int16_t header_version, response_header& out);
}  // namespace kwire
