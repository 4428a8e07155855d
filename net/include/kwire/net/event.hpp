// SPDX-License-Identifier: Apache-2.0
// One coroutine waits until others in the same process have news for it.
//
// Set before anybody waits, it is remembered, so no news is lost; several set() before a wait() count as one. It waits at
// a timer of the environment, because a host of the simulation can only drop what waits there.
// Thread-safety: as the environment's. At most one waits at a time.
#pragma once

#include <kwire/net/environment.hpp>

namespace kwire::inline v0 {
enum class woken { set, timed_out, closed };

class event {
  public:
    explicit event(environment& env) : timer_(env.make_timer()) {}
    void set();
    /// Ends when set() is called or has been since the last wait, at `until`, or on close().
    task<woken> wait(clock::time_point until = clock::time_point::max());
    /// Final: every wait from now on ends at once.
    void close() noexcept;

  private:
    std::unique_ptr<timer> timer_;
    bool set_ = false, closed_ = false;
};
}  // namespace kwire
