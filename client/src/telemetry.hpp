// SPDX-License-Identifier: Apache-2.0
// Client telemetry: asks the brokers which metrics they want, and pushes them, until the client is closed.
//
// One coroutine on the client's strand. A broker that has no use for metrics is asked again after five minutes. What a
// broker objects to is told to the observer, and obeyed.
// Source: KIP-714; the intervals after failures are those of Kafka's Java client.
#pragma once

#include <kwire/client/core.hpp>

#include <kwire/protocol/codec_id.hpp>
#include <kwire/protocol/uuid.hpp>

namespace kwire::inline v0 {
class telemetry : public std::enable_shared_from_this<telemetry> {
  public:
    explicit telemetry(environment& env) : env_(env), wake_(env), quiet_(env) {}
    /// Whether brokers said so that they take no metrics: no fault.
    static bool has_no_receiver(const error& why) { return why == client_errc::version_not_supported || why == errc::unsupported_version; }
    /// Begins, once.
    void start(std::shared_ptr<client_core> core);
    /// The last push, if there is a subscription, after one that is under way; ends at the deadline at the latest. `self` may
    /// be null.
    static task<void> finish(std::shared_ptr<telemetry> self, std::shared_ptr<client_core> core, clock::time_point deadline);
    void close() noexcept {
        wake_.close();
        quiet_.close();
    }

  private:
    struct subscription {
        std::int32_t id = 0;
        codec compression = codec::none;
        clock::duration interval{};
        std::size_t most_bytes = 0;
        bool delta = false;
        std::vector<std::string> prefixes;
    };
    static task<void> run(std::shared_ptr<telemetry> self, std::shared_ptr<client_core> core);
    static task<void> subscribe(std::shared_ptr<telemetry> self, std::shared_ptr<client_core> core, clock::time_point deadline);
    static task<void> push(std::shared_ptr<telemetry> self, std::shared_ptr<client_core> core, bool terminating, clock::time_point deadline);
    result<buffer> payload(client_core& core, const client_counters& now) const;
    void failed(client_core& core, const error& why, clock::duration pause);

    environment& env_;
    event wake_;
    event quiet_;  // a push has ended
    uuid instance_;
    std::optional<subscription> wanted_;
    clock::time_point next_{}, pushed_{};
    std::chrono::system_clock::time_point began_wall_{}, pushed_wall_{};
    client_counters then_;  // as of the last push
    bool started_ = false, ended_ = false, pushing_ = false;
    bool by_broker_ = true;  // until a broker says that it is too much
};
}  // namespace kwire
