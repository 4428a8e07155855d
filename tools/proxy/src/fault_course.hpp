// SPDX-License-Identifier: Apache-2.0
// One direction of a proxied connection: which bytes pass, and where what strikes. It touches neither socket nor clock.
//
//     for (;;) { step s = course.next(inbox, ended); … do it, drop s.bytes from the inbox … }
//
// Frames are followed by their sizes; once a size cannot be one (TLS, HTTP), only bytes are.
#pragma once

#include <kwire/proxy/fault.hpp>

#include <kwire/protocol/bytes.hpp>

#include <deque>

namespace kwire::inline v0 {
/// The requests of a connection that wait for their answers; the two directions share it.
class asked_requests {
  public:
    struct request {
        std::int32_t correlation_id;
        std::int16_t api_key, api_version;
    };
    void asked(request r) { waiting_.push_back(r); }
    /// Forgets it, and those before it, which will not be answered any more. None if nobody asked.
    std::optional<request> answered(std::int32_t correlation_id);

  private:
    std::deque<request> waiting_;
};

class fault_course {
  public:
    struct step {
        enum class kind : std::uint8_t {
            more,    // bytes are needed to go on
            pass,    // so many bytes; the first one is to be changed by `mask`, then there is a pause
            skip,    // so many bytes are not passed on
            strike,  // finish, reset, stall, stop_reading or delay
        };
        kind what = kind::more;
        std::size_t bytes = 0;
        std::uint8_t mask = 0;
        clock::duration pause{};
        fault how{};
    };

    fault_course(std::uint64_t connection, direction way, std::shared_ptr<asked_requests> asked, std::vector<fault> of_stream, frame_hook of_frames);
    /// What to do next with what has come and was not yet dealt with; `ended`: nothing comes behind it.
    step next(bytes inbox, bool ended);

  private:
    struct pending {
        std::uint64_t at;
        fault what;
    };
    bool begin_frame(bytes inbox, bool ended);
    void add(std::uint64_t from, const fault& f);
    std::optional<step> strike(bytes inbox);

    const std::uint64_t connection_;
    const direction way_;
    const std::shared_ptr<asked_requests> asked_;
    const frame_hook hook_;
    std::deque<pending> pending_;  // by place
    std::uint64_t at_ = 0, frame_end_ = 0, skip_until_ = 0, dribble_until_ = 0, frames_ = 0;
    clock::duration dribble_pause_{};
    bool framed_ = true;
};
}  // namespace kwire
