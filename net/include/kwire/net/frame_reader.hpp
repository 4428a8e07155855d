// SPDX-License-Identifier: Apache-2.0
// Frames out of a stream of bytes: each is an int32 size and so many bytes; what is received lands where it stays.
//
// A small head buffer takes whatever comes, so that many short answers cost one system call. A frame that is longer than
// what came gets memory of its own, and the rest of it is received straight into that. The size is judged before memory
// is taken, and memory grows with what arrives: at most 64 KiB + twice the bytes received, unless the pool has a buffer of
// that size lying idle. No I/O here:
//
//     read_some(reader.space()) ... reader.received(n) ... while (auto f = reader.next()) ...
//
// Source: the Kafka protocol guide, "Network" and "Size"; KIP-498 for why sizes are not to be believed.
#pragma once

#include <kwire/protocol/bytes.hpp>
#include <kwire/protocol/error.hpp>

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace kwire::inline v0 {
/// The bytes of a frame after its size. When the last holder lets go, the memory goes back to its pool; any thread may.
using frame_memory = std::shared_ptr<const buffer>;

/// Memory of finished frames, kept for the next ones. Thread-safe.
class frame_pool : public std::enable_shared_from_this<frame_pool> {
  public:
    /// Keeps at most so many bytes that nobody uses.
    explicit frame_pool(std::size_t most_idle_bytes = 16u << 20) : most_idle_(most_idle_bytes) {}
    /// An idle buffer that holds `size` bytes already; null if there is none.
    std::unique_ptr<buffer> find(std::size_t size);
    void give_back(std::unique_ptr<buffer> b) noexcept;
    /// Lets `b` be shared; it comes back here at the end.
    frame_memory share(std::unique_ptr<buffer> b);
    std::size_t idle_bytes() const;

  private:
    const std::size_t most_idle_;
    mutable std::mutex mutex_;
    std::vector<std::unique_ptr<buffer>> idle_;
    std::size_t idle_bytes_ = 0;
};

/// Why a frame cannot have this size, and who might be talking instead: an HTTP server, a TLS listener, …
/// `before_first_answer`: nothing has been understood of this peer yet.
error explain_frame_size(std::int32_t size, std::size_t limit, bool before_first_answer);

/// The same for whoever reads requests: what a client seems to speak.
error explain_request_size(std::int32_t size, std::size_t limit, bool before_first_request);

class frame_reader {
  public:
    enum class of : std::uint8_t { answers, requests };
    /// Answers are small until the peer has shown that it speaks Kafka.
    static constexpr std::size_t first_limit = 1u << 20;

    /// No SASL mechanism needs more, and the peer is not yet known.
    static constexpr std::size_t authentication_limit = 64u << 10;

    explicit frame_reader(std::shared_ptr<frame_pool> pool, std::size_t limit = first_limit, of what = of::answers);
    /// From now on a frame may have so many bytes.
    void limit(std::size_t most) noexcept { limit_ = most; }
    /// From now on a frame must have so many bytes; 4 at first, a correlation id.
    void least(std::size_t fewest) noexcept { least_ = fewest; }
    /// Where the next bytes go; never empty, valid until the next call of any function here.
    std::span<std::byte> space();
    void received(std::size_t n);
    /// The next whole frame; an empty optional if more bytes are needed. After an error nothing can be read any more.
    result<std::optional<frame_memory>> next();
    /// Bytes of an unfinished frame that are here, for the error when the stream ends in the midst of one.
    std::size_t unfinished() const noexcept { return have_ - at_ + filled_; }
    std::size_t allocated() const noexcept;

  private:
    result<bool> begin_frame();
    void grow();
    frame_memory finish();

    std::shared_ptr<frame_pool> pool_;
    std::size_t limit_, least_ = 4;
    buffer head_;
    std::size_t at_ = 0, have_ = 0;  // what of the head is not yet used
    bool in_frame_ = false, any_ = false;
    of what_;
    std::size_t size_ = 0, filled_ = 0;           // of the frame under way
    std::vector<std::unique_ptr<buffer>> parts_;  // all full but the last; one part if it holds the whole
    std::size_t in_last_ = 0;
};
}  // namespace kwire
