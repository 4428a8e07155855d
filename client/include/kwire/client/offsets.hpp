// SPDX-License-Identifier: Apache-2.0
// Which offsets partitions have: where their logs begin, end, or reach a point in time.
//
//     auto ends = co_await list_offsets(c, {{"orders", 0, offset_spec::newest()}, {"orders", 1, offset_spec::oldest()}}, c.in(5s));
//
// Partitions are asked for at their leaders, those of one leader together and different leaders side by side. What fails in
// passing is asked again until the deadline.
// Source: ListOffsetsRequest.json; KIP-79, KIP-207 (OFFSET_NOT_AVAILABLE after an election), KIP-320 (leader epoch).
#pragma once

#include <kwire/client/client.hpp>
#include <kwire/client/offset_spec.hpp>
#include <kwire/protocol/messages/list_offsets.hpp>

#include <optional>
#include <vector>

namespace kwire::inline v0 {
struct offset_query {
    std::string topic;
    std::int32_t partition = 0;
    offset_spec what;
};

struct located_offset {
    std::int64_t offset = -1;
    std::int64_t timestamp = -1;     // ms since 1970, of the record there, where one was looked for by timestamp; else -1
    std::int32_t leader_epoch = -1;  // -1: not known
    bool at_end = false;             // nothing lies behind it yet
};

class offset_lookup;

/// One result per query, in their order. offset_spec::timestamp finds the end of the log if no record is that young.
task<std::vector<result<located_offset>>> list_offsets(const client& c, std::vector<offset_query> queries, clock::time_point deadline,
                                                       isolation_level isolation = isolation_level::read_uncommitted);
/// The same within request_timeout.
inline task<std::vector<result<located_offset>>> list_offsets(const client& c, std::vector<offset_query> queries) {
    return list_offsets(c, std::move(queries), c.in(c.core()->options().request_timeout));
}
/// The same on the core's strand.
task<std::vector<result<located_offset>>> list_offsets(std::shared_ptr<client_core> core, std::vector<offset_query> queries,
                                                       clock::time_point deadline, isolation_level isolation);
/// All rounds of `questions` with one broker. Fails only as a whole; then what was found until then is in it.
task<result<void>> ask_offsets(std::shared_ptr<connection> broker, std::shared_ptr<offset_lookup> questions, clock::time_point deadline);

/// The questions to one leader, in rounds: most need one, `before_end` and a timestamp that is too young two. No I/O.
class offset_lookup {
  public:
    struct item {
        std::string topic;
        std::int32_t partition = 0;
        offset_spec what;
        std::int32_t current_leader_epoch = -1;
        std::optional<result<located_offset>> found;  // the outcome
    };

    explicit offset_lookup(std::vector<item> items, isolation_level isolation) : items_(std::move(items)), isolation_(isolation) {}
    /// What to ask next; nothing if all is known. Its strings view into this object. What a broker does not know in
    /// `version` fails with version_not_supported: it would take it for a time.
    std::optional<list_offsets_request> next(std::int16_t version = list_offsets_request::last_version);
    void answered(const list_offsets_response& answer);
    /// What is not known yet failed with `why`.
    void failed(const error& why);
    std::vector<item>& items() noexcept { return items_; }

  private:
    struct step {
        std::int64_t newest = -1;
        bool second = false;
    };
    static std::int64_t timestamp_for(const item& i, bool second);
    void take(item& i, step& s, const list_offsets_response::partition& p);

    std::vector<item> items_;
    std::vector<step> steps_;
    isolation_level isolation_;
};
}  // namespace kwire
