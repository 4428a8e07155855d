// SPDX-License-Identifier: Apache-2.0
#include "watchers.hpp"

#include <utility>

namespace kwire::inline v0 {
namespace {
class pair_of_observers final : public client_observer {
  public:
    pair_of_observers(std::shared_ptr<client_observer> one, std::shared_ptr<client_observer> other)
        : one_(std::move(one)), other_(std::move(other)) {}

    void warning(std::string_view peer, std::string_view what) override { tell(&observer::warning, peer, what); }
    void reconnect_planned(std::string_view peer, clock::duration pause) override { tell(&observer::reconnect_planned, peer, pause); }
    void connecting(std::string_view peer) override { tell(&observer::connecting, peer); }
    void connected(std::string_view peer, clock::duration took) override { tell(&observer::connected, peer, took); }
    void connect_failed(std::string_view peer, const error& why, clock::duration pause) override {
        tell(&observer::connect_failed, peer, why, pause);
    }
    void disconnected(std::string_view peer, const error& why) override { tell(&observer::disconnected, peer, why); }
    void request_written(const observed_request& r, std::span<const bytes> frame) override { tell(&observer::request_written, r, frame); }
    void response_read(const observed_request& r, bytes frame) override { tell(&observer::response_read, r, frame); }
    void response_decoded(const observed_request& r) override { tell(&observer::response_decoded, r); }
    void throttled(std::string_view peer, clock::duration pause) override { tell(&observer::throttled, peer, pause); }
    void request_failed(const observed_request& r, const error& why) override { tell(&observer::request_failed, r, why); }
    void metadata_updated(std::size_t brokers, std::size_t topics) override { tell(&client_observer::metadata_updated, brokers, topics); }
    void metadata_failed(const error& why, clock::duration pause) override { tell(&client_observer::metadata_failed, why, pause); }
    void topic_missing(std::string_view topic, clock::duration limit) override { tell(&client_observer::topic_missing, topic, limit); }
    void rebootstrapped(const error& why) override { tell(&client_observer::rebootstrapped, why); }
    void produce_retried(std::string_view topic, std::int32_t partition, const error& why, clock::duration pause) override {
        tell(&client_observer::produce_retried, topic, partition, why, pause);
    }
    void idempotence_off(const error& why) override { tell(&client_observer::idempotence_off, why); }
    void producer_id_renewed(std::string_view topic, std::int32_t partition, const error& why) override {
        tell(&client_observer::producer_id_renewed, topic, partition, why);
    }
    void telemetry_failed(const error& why, clock::duration pause) override { tell(&client_observer::telemetry_failed, why, pause); }

  private:
    template <class Hook, class... Facts> void tell(Hook hook, const Facts&... facts) {
        ((*one_).*hook)(facts...);
        ((*other_).*hook)(facts...);
    }
    const std::shared_ptr<client_observer> one_, other_;
};
}  // namespace

std::shared_ptr<client_observer> both(std::shared_ptr<client_observer> one, std::shared_ptr<client_observer> other) {
    if (!one) return other;
    if (!other) return one;
    return std::make_shared<pair_of_observers>(std::move(one), std::move(other));
}
}  // namespace kwire
