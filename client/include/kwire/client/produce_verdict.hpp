// SPDX-License-Identifier: Apache-2.0
// What an attempt to write a batch has come to, and what to do next: a function of facts.
//
// Two questions are kept apart. Can the attempt have written the batch (perhaps)? That decides what an application is told
// in the end. Can another attempt succeed (next)? With idempotence an attempt that perhaps wrote is repeated, byte by
// byte, and the broker recognises it.
// Source: Errors.java; Sender.java and TransactionManager.java of Apache Kafka 4.3.0 for what brokers answer when;
// DelayedProduce.scala: with acks=all a leader that lost its leadership while it waited for replicas answers
// NOT_LEADER_OR_FOLLOWER for records that it has appended, and they may survive.
#pragma once

#include <kwire/client/options.hpp>
#include <kwire/net/in_flight.hpp>

namespace kwire::inline v0 {
enum class produce_next : std::uint8_t {
    acked,    // the broker has it: a repeated batch that it recognised
    retry,    // the same bytes again
    renew,    // again, but under a new producer id: the broker's sequence numbers and ours do not meet any more
    give_up,  // no attempt can succeed
};

struct produce_verdict {
    produce_next next = produce_next::give_up;
    bool perhaps = true;  // this attempt may have written the batch
    bool refresh_metadata = false;
    bool operator==(const produce_verdict&) const = default;
};

/// `why`: the broker's code for the batch, or what happened to the request, which `reached` the socket or not.
/// `oldest`: no older batch of the partition is still unanswered; before that, a gap in the sequence is to be expected.
produce_verdict after_failure(std::error_code why, sent reached, acks wanted, bool idempotent, bool oldest);
}  // namespace kwire
