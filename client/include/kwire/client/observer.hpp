// SPDX-License-Identifier: Apache-2.0
// Watching a client: what net's observer sees of connections and requests, and what the client makes of it.
//
// Derive from it and override what is of interest. It is called on the client's strand, must be quick, must not throw and
// must not call back into the client.
#pragma once

#include <kwire/net/observer.hpp>

namespace kwire::inline v0 {
class client_observer : public observer {
  public:
    /// Metadata came from a broker: so many brokers and topics are known now.
    virtual void metadata_updated(std::size_t /*brokers*/, std::size_t /*topics*/) {}
    virtual void metadata_failed(const error& /*why*/, clock::duration /*pause*/) {}
    /// Brokers do not know a topic that is wanted, nor did their asking create it; it is waited for so long. Once for all
    /// who wait for it at the same time.
    virtual void topic_missing(std::string_view /*topic*/, clock::duration /*limit*/) {}
    /// All connections were given up and bootstrap.servers is asked again (KIP-1102).
    virtual void rebootstrapped(const error& /*why*/) {}
    /// A batch was not written, or it is not known to be, and is sent again.
    virtual void produce_retried(std::string_view /*topic*/, std::int32_t /*partition*/, const error& /*why*/, clock::duration /*pause*/) {}
    /// enable.idempotence has no effect any more: the cluster gives no producer ids. Retries may write records twice.
    virtual void idempotence_off(const error& /*why*/) {}
    /// A partition goes on with a new producer id, because the broker lost track of the old one's sequence numbers or
    /// because the fate of a batch will never be known.
    virtual void producer_id_renewed(std::string_view /*topic*/, std::int32_t /*partition*/, const error& /*why*/) {}
    /// Metrics could not be pushed (enable.metrics.push), or nobody wants them; the next try is not before `pause` has passed.
    virtual void telemetry_failed(const error& /*why*/, clock::duration /*pause*/) {}
};
}  // namespace kwire
