// SPDX-License-Identifier: Apache-2.0
// What is behind a consumer: its partitions, what was fetched of them, and the lanes that fetch.
//
// Two sides meet at one mutex. The strand's side plans, asks and puts what came into the streams' queues; the readers'
// side takes it out, on whatever thread, and checks, expands and filters there. A part whose generation is not that of its
// partition any more is dropped by whoever meets it.
//
// Room in the buffer (fetch_budget). Whoever needs some waits for what others let go of; lanes stand in a line. But those
// others may be partitions that nobody reads on, so who has had none for `patience` takes room that is not there: a
// partition whose reader has nothing to read, for one small answer; a reader, for a batch that is expanded. Both may hold the
// last such one meanwhile, as a loop does that asks for the next before it lets go; with two, they wait until one is let go
// of. Nobody waits again before there was room. A batch that is expanded while none else is needs no patience: it may be
// larger than the whole buffer.
#pragma once

#include <kwire/client/consumer.hpp>
#include <kwire/client/core.hpp>
#include <kwire/client/fetch_budget.hpp>
#include <kwire/client/fetch_planner.hpp>
#include <kwire/client/offsets.hpp>
#include <kwire/protocol/visible_records.hpp>

#include <atomic>
#include <deque>
#include <map>
#include <mutex>

namespace kwire::inline v0 {
class consumer_core;

/// One partition's records out of one answer, and how far they are read.
struct fetched_part {
    fetched_part(bytes records, std::int64_t from, bool check_crcs) : walk(records, from, check_crcs) {}
    fetched_part(bytes records, std::int64_t from, std::vector<aborted_transaction> aborted, bool check_crcs)
        : walk(records, from, std::move(aborted), check_crcs) {}

    std::shared_ptr<const void> answer;  // the frame and its share of the budget
    std::shared_ptr<consumed_partition> of;
    visible_batches walk;
    std::int64_t high_watermark = -1;
    std::int64_t handed = -1;  // what was handed out of it ends here
    bool handed_one = false;
    std::optional<fetch_budget::lease> beyond;  // the buffer had no room for it; of nothing, but who waits is told when it ends
};

/// What a stream has to say, in order.
struct stream_item {
    enum class kind { records, end, stopped } what;
    std::shared_ptr<consumed_partition> of;
    std::uint32_t generation = 0;
    std::shared_ptr<fetched_part> part;  // of records
    std::int64_t offset = -1;            // of an end
    std::optional<error> why;            // of a stop
    bool begun = false;
};

/// A partition that is read, in one of the streams.
struct consumed_partition {
    consumed_partition(std::string name, std::int32_t number, offset_spec from, fetch_partition_options options)
        : topic(name), partition(number), state(std::move(name), number, from, options) {}

    const std::string topic;
    const std::int32_t partition;
    std::weak_ptr<consumer_core> owner;  // weak: a batch that the application keeps outlives them all
    std::weak_ptr<consumer_stream> stream;
    std::shared_ptr<consumer_stream> own_stream;  // until its partition_consumer has it
    bool alone = false;                           // the stream is its own
    bool tell_end = false;
    bool gone = false;              // closed or unassigned
    fetch_partition state;          // under the owner's mutex
    std::deque<stream_item> aside;  // what came up while it was paused
    std::uint32_t seeks = 0;
    std::weak_ptr<const fetched_part> beyond[2];  // what it was given that the buffer had no room for
    bool may_exceed() const noexcept { return beyond[0].expired() || beyond[1].expired(); }
    std::atomic<std::int64_t> read_to{-1};  // within the batch that next() is at; -1: it is at none
};

/// What is expanded and not let go of: a stream's batches, and the bytes of all.
struct expanded_batches {
    std::atomic<int> of_stream{0};
    std::shared_ptr<std::atomic<std::size_t>> bytes;
    void add(std::size_t size) noexcept { ++of_stream, *bytes += size; }
    void subtract(std::size_t size) noexcept { --of_stream, *bytes -= size; }
};

/// What one reader reads from: one partition, or all that are assigned.
class consumer_stream : public std::enable_shared_from_this<consumer_stream> {
  public:
    explicit consumer_stream(consumer_core& owner);

    /// What lies ready: a batch or an error; nothing if one has to wait. Any thread, one at a time.
    std::optional<result<consumed_batch>> try_next_batch();
    std::optional<result<consumer_record>> try_next();
    std::optional<result<consumer_error>> try_next_error();

    // Under the owner's mutex:
    void push(stream_item item);
    void tell(consumer_error e);
    void pause(consumed_partition& p);
    void resume(consumed_partition& p);
    /// What lies ready of `p` is wanted no more.
    void drop(consumed_partition& p);
    void close();
    bool closed = false;
    bool hungry = false;                                        // who reads found nothing, and nothing came since
    clock::time_point hungry_since = clock::time_point::max();  // the first time since something came that there was room for
    /// There may be room: wakes the reader that waits for it.
    void room_came();

    // On the strand: what a waiting reader waits at.
    event news, error_news;
    bool awaited = false, error_awaited = false;  // under the mutex

    /// On the strand: until there may be something, or until `deadline`. Returns at once if there is.
    static task<result<bool>> wait(std::shared_ptr<consumer_core> core, std::shared_ptr<consumer_stream> self, bool for_errors,
                                   clock::time_point deadline = clock::time_point::max());

  private:
    std::optional<result<consumed_batch>> nothing();
    bool take_item();
    std::optional<result<consumed_batch>> from_part();
    std::optional<result<consumed_batch>> from_news();
    std::optional<result<consumer_record>> from_batch();
    void begin_batch(consumed_batch fresh);
    void unpark();
    bool charge(std::size_t more);
    bool may_exceed() const;
    bool lacks_room() const;
    bool room_is_there();
    void find_room();
    void leave_room();
    void set_aside(consumed_batch& b, bool aside);
    bool ready_or_awaited(bool for_errors);
    static const char* doubtful(const fetched_part& part, bool more);
    void finish_part();
    void give_up_part(const error& why);
    consumed_batch batch_of(record_reader records, std::int64_t from);
    void notify(event& whom, bool& waits);

    consumer_core& owner_;
    std::deque<stream_item> queue_;      // under the mutex
    std::deque<consumer_error> errors_;  // under the mutex
    std::size_t dropped_ = 0;            // errors before the first of them; under the mutex
    bool needs_room_ = false;            // written by the reader while it has the mutex or nobody waits
    bool look_again_ = false;            // under the mutex: something was paused, resumed or dropped
    // The reader's own:
    std::optional<stream_item> current_;
    decompressor expander_;
    std::unique_ptr<buffer> room_;  // with what it takes of the budget
    fetch_budget::lease expanding_;
    std::shared_ptr<expanded_batches> expanded_;
    std::size_t usual_expansion_ = 0;
    std::size_t refused_ = 0;                                   // what a batch that found no room to be expanded wants at least
    clock::time_point short_since_ = clock::time_point::max();  // when one first found none, since there was room for as much
    std::size_t short_of_ = 0;                                  // the most that found none since
    bool exceeds_ = false;                                      // the one that is being expanded takes more than there is
    struct parked {
        consumed_batch batch;
        record_reader left;
        std::int64_t next;
    };
    void go_on_with(std::vector<parked>::iterator p);
    consumed_batch batch_;  // that next() is at
    record_reader batch_records_;
    std::int64_t batch_next_ = -1;
    bool in_batch_ = false, aside_ = false;
    std::vector<parked> parked_;
};

/// One broker's two lanes.
struct broker_fetcher {
    broker_fetcher(environment& env, std::int32_t node, fetch_planner_options options);
    const std::int32_t node_id;
    fetch_planner planner;  // under the mutex
    struct lane {
        explicit lane(environment& env) : wake(env) {}
        event wake;  // there may be something to ask
        std::shared_ptr<connection> link;
        clock::time_point not_before{};  // throttled
    } lanes[fetch_planner::lanes];
    void wake();
};

class consumer_core final : public core_user, public std::enable_shared_from_this<consumer_core> {
  public:
    consumer_core(std::shared_ptr<client_core> core, consumer_options options);
    ~consumer_core();
    void begin();  // on the strand

    void metadata_changed() override;
    void client_closing() override;
    void client_closed() override;

    // On the strand, what the asynchronous and the blocking form share:
    static task<result<std::vector<std::int32_t>>> partitions_of(std::shared_ptr<consumer_core> self, std::string topic);
    static task<result<void>> assign_all(std::shared_ptr<consumer_core> self, std::string topic, offset_spec from, bool tell_end);
    static task<result<void>> assign_one(std::shared_ptr<consumer_core> self, std::string topic, std::int32_t partition, offset_spec from,
                                         bool tell_end);
    static task<result<void>> close_now(std::shared_ptr<consumer_core> self);
    static task<result<std::shared_ptr<consumed_partition>>> add(std::shared_ptr<consumer_core> self, std::string topic, std::int32_t partition,
                                                                 offset_spec from, bool tell_end, bool alone);
    std::shared_ptr<consumed_partition> find(std::string_view topic, std::int32_t partition);  // of the assigned ones
    // Any thread:
    bool has(std::string_view topic, std::int32_t partition);
    void remove(consumed_partition& p);
    void close();
    void seek(consumed_partition& p, offset_spec to);
    std::int64_t position(const consumed_partition& p);
    std::int64_t high_watermark(const consumed_partition& p);
    void pause(consumed_partition& p);
    void resume(consumed_partition& p);
    // The same by name, any thread; of a partition that is not assigned nothing happens, and -1 is returned:
    void unassign(std::string_view topic, std::int32_t partition);
    void seek(std::string_view topic, std::int32_t partition, offset_spec to);
    void pause(std::string_view topic, std::int32_t partition);
    void resume(std::string_view topic, std::int32_t partition);
    std::int64_t position(std::string_view topic, std::int32_t partition);
    std::int64_t high_watermark(std::string_view topic, std::int32_t partition);
    std::vector<topic_partition> assigned_partitions();
    /// Something may be fetched that could not before: has the lanes look, on the strand.
    void poke();
    template <class F> auto locked(F f) {
        std::lock_guard guard(mutex);
        return f();
    }
    /// What `from` up to `to` cannot be read, of what was handed out under these seeks and this generation.
    struct unread {
        std::shared_ptr<consumed_partition> of;
        std::uint32_t seeks, generation;
        std::int64_t from, to;
    };
    void unreadable(const unread& u, const error& why);
    /// Under the mutex: what an outcome asks for.
    void obey(const std::shared_ptr<consumed_partition>& p, const fetch_partition::outcome& o);

    const std::shared_ptr<client_core> core;
    const consumer_options options;
    const std::shared_ptr<fetch_budget> budget;
    const std::shared_ptr<frame_pool> memory;                  // of expanded batches
    const std::shared_ptr<std::atomic<std::size_t>> expanded;  // bytes, of all streams
    static constexpr std::chrono::milliseconds patience{500};  // of who finds no room
    static bool lost_patience(clock::time_point since, clock::time_point now) { return since != clock::time_point::max() && now - since >= patience; }
    std::shared_ptr<consumer_stream> assigned;
    std::mutex mutex;
    std::vector<std::shared_ptr<consumed_partition>> partitions;  // under the mutex
    bool closed = false;                                          // under the mutex
    /// Under the mutex: what lies ready of paused partitions is let go of, and fetched again when it is wanted.
    void let_go_of_paused();
    /// Under the mutex: has the lanes that stand in the line look again.
    void wake_line();

  private:
    struct fetching;  // a request and what it is about
    static task<void> run_lane(std::shared_ptr<consumer_core> self, std::shared_ptr<broker_fetcher> b, int lane);
    static task<void> fetch(std::shared_ptr<consumer_core> self, std::shared_ptr<broker_fetcher> b, int lane, std::shared_ptr<fetching> f);
    static task<void> look_up(std::shared_ptr<consumer_core> self, std::shared_ptr<broker_fetcher> b, int lane, std::shared_ptr<fetching> f);
    static task<result<std::shared_ptr<connection>>> link(std::shared_ptr<consumer_core> self, std::shared_ptr<broker_fetcher> b, int lane,
                                                          clock::time_point deadline);
    std::shared_ptr<fetching> plan(broker_fetcher& b, int lane, clock::time_point& look_again);
    std::size_t room_for(const broker_fetcher::lane& lane) const;
    void stand_in_line(broker_fetcher::lane& lane, bool needs_room);
    fetch_plan plan_beyond(broker_fetcher& b, int lane, std::span<const std::shared_ptr<consumed_partition>> led, clock::time_point& look_again);
    void look_around();
    void answered(broker_fetcher& b, int lane, fetching& f, connection& way, const request_name& name, const answer& raw);
    void take(fetching& f, std::size_t index, const fetch_response::partition& p, const fetch_response& whole, clock::time_point now);
    void fetch_failed(broker_fetcher& b, int lane, fetching& f, const error& why);
    void follow_leaders();
    void wake_lanes();
    void after_news();

    std::map<std::int32_t, std::shared_ptr<broker_fetcher>> brokers_;  // on the strand
    std::deque<broker_fetcher::lane*> line_;                           // under the mutex: who needs room, in order
    std::atomic<bool> poked_{false};
    bool suspects_ = false;  // under the mutex: metadata looks wrong
    int lane_base_ = 0;
    bool begun_ = false;  // on the strand
};
}  // namespace kwire
