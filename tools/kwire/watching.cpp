// SPDX-License-Identifier: Apache-2.0
#include "watching.hpp"

#include <kwire/client/place.hpp>

#include <chrono>
#include <cstdio>
#include <ctime>

namespace kwire::tool {
namespace {
/// 1.203; whoever prints it says that it is milliseconds.
std::string in_ms(clock::duration d) {
    char text[32];
    std::snprintf(text, sizeof text, "%.3f", static_cast<double>(d.count()) / 1e6);
    return text;
}
std::string milliseconds(clock::duration d) { return in_ms(d) + " ms"; }

/// What is said even without -v.
class warner : public client_observer {
  public:
    warner(const talk& say, const settings& set) : say_(say), set_(set) {}
    void warning(std::string_view peer, std::string_view what) override {
        std::string text = "% WARNING: ";
        text += peer, text += ": ", text += what;
        say_.line(text);
    }

    void topic_missing(std::string_view topic, clock::duration) override {
        if (set_.quiet) return;
        std::string text = "% topic ";
        text += topic, text += " does not exist (yet): waiting for it until -m is over, ";
        const auto ms = set_.timeout.count();
        say_.line(text += ms % 1000 == 0 ? std::to_string(ms / 1000) + " s" : std::to_string(ms) + " ms");
    }

  protected:
    const talk& say_;

  private:
    const settings& set_;
};

/// -v: connections, and what goes wrong.
class teller final : public warner {
  public:
    using warner::warner;

    void connected(std::string_view peer, clock::duration took) override {
        std::string text = "% connected to ";
        text += peer, text += " in ", text += milliseconds(took);
        say_.line(text);
    }
    void connect_failed(std::string_view peer, const error& why, clock::duration pause) override {
        std::string text = "% cannot connect to ";
        text += peer, text += ": ", text += why.message();
        say_.line(text += ", again in " + milliseconds(pause));
    }
    void disconnected(std::string_view peer, const error& why) override {
        if (why == client_errc::closed) return;
        std::string text = "% lost ";
        text += peer, text += ": ", text += why.message();
        say_.line(text);
    }
    void request_failed(const observed_request& r, const error& why) override {
        std::string text = "% ";
        text += r.api, text += " v" + std::to_string(r.version) + " id " + std::to_string(r.correlation_id) + " ";
        text += r.peer, text += ": ", text += why.message();
        say_.line(text);
    }
    void metadata_failed(const error& why, clock::duration pause) override {
        say_.line("% metadata: " + why.message() + ", again in " + milliseconds(pause));
    }
    void throttled(std::string_view peer, clock::duration pause) override {
        say_.line(std::string("% throttled by ").append(peer) + " for " + milliseconds(pause));
    }
    void rebootstrapped(const error& why) override { say_.line("% begins again at bootstrap.servers: " + why.message()); }
    void produce_retried(std::string_view topic, std::int32_t partition, const error& why, clock::duration pause) override {
        say_.line("% " + place_of(topic, partition) + ": " + why.message() + ", again in " + milliseconds(pause));
    }
    void idempotence_off(const error& why) override { say_.line("% idempotence is off: " + why.message()); }
};

/// --trace, -vv: every hook there is.
class tracer final : public client_observer {
  public:
    explicit tracer(const talk& say) : say_(say) {}

    void warning(std::string_view peer, std::string_view what) override {
        put('!', std::string("WARNING: ").append(peer) + ": " + std::string(what));
    }
    void reconnect_planned(std::string_view peer, clock::duration pause) override {
        put('*', std::string("reconnect to ").append(peer) + " in " + milliseconds(pause));
    }
    void connecting(std::string_view peer) override { put('*', std::string("connecting to ").append(peer)); }
    void connected(std::string_view peer, clock::duration took) override {
        put('*', std::string("connected to ").append(peer) + " in " + milliseconds(took));
    }
    void connect_failed(std::string_view peer, const error& why, clock::duration pause) override {
        put('!', std::string("cannot connect to ").append(peer) + ": " + why.message() + "; next try not before " + milliseconds(pause));
    }
    void disconnected(std::string_view peer, const error& why) override {
        const bool ours = why == client_errc::closed;
        put(ours ? '*' : '!', std::string("disconnected from ").append(peer) + ": " + why.message());
    }
    void request_written(const observed_request& r, std::span<const bytes>) override {
        put('>', describe(r) + " to " + std::string(r.peer) + ", " + size(r.request_bytes) + ", queued " + milliseconds(r.took.queued));
    }
    void response_read(const observed_request& r, bytes) override {
        std::string text = describe(r) + " from " + std::string(r.peer) + ", " + size(r.response_bytes) + " in " + milliseconds(r.took.total());
        text += ": queued " + in_ms(r.took.queued) + ", written " + in_ms(r.took.written) + ", first byte " + in_ms(r.took.first_byte);
        put('<', text += ", complete " + in_ms(r.took.complete));
    }
    void response_decoded(const observed_request& r) override { put('=', describe(r) + " decoded, " + milliseconds(r.took.decoded) + " later"); }
    void request_failed(const observed_request& r, const error& why) override {
        put('!', describe(r) + " to " + std::string(r.peer) + ": " + why.message());
    }

    void throttled(std::string_view peer, clock::duration pause) override {
        put('*', std::string("throttled by ").append(peer) + " for " + milliseconds(pause));
    }
    void metadata_updated(std::size_t brokers, std::size_t topics) override {
        put('*', "metadata: brokers " + std::to_string(brokers) + ", topics " + std::to_string(topics));
    }
    void metadata_failed(const error& why, clock::duration pause) override {
        put('!', "metadata: " + why.message() + "; again in " + milliseconds(pause));
    }
    void topic_missing(std::string_view topic, clock::duration limit) override {
        put('!', std::string("topic ").append(topic) + " does not exist (yet); waiting for it, " + milliseconds(limit) + " at most");
    }
    void rebootstrapped(const error& why) override { put('!', "begins again at bootstrap.servers: " + why.message()); }
    void produce_retried(std::string_view topic, std::int32_t partition, const error& why, clock::duration pause) override {
        put('!', place_of(topic, partition) + ": " + why.message() + "; sent again in " + milliseconds(pause));
    }
    void idempotence_off(const error& why) override { put('!', "idempotence is off: " + why.message()); }
    void producer_id_renewed(std::string_view topic, std::int32_t partition, const error& why) override {
        put('!', place_of(topic, partition) + ": a new producer id, because of " + why.message());
    }
    void telemetry_failed(const error& why, clock::duration pause) override {
        put('!', "metrics not pushed: " + why.message() + "; again in " + milliseconds(pause));
    }

  private:
    static std::string describe(const observed_request& r) {
        std::string text(r.api);
        return text += " v" + std::to_string(r.version) + " corr " + std::to_string(r.correlation_id);
    }
    static std::string size(std::size_t bytes) { return bytes == 0 ? "<redacted>" : std::to_string(bytes) + " B"; }

    void put(char sign, const std::string& what) const {
        const auto now = std::chrono::system_clock::now();
        const auto seconds = std::chrono::system_clock::to_time_t(now);
        const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch()).count() % 1'000'000;
        std::tm local{};
        ::localtime_r(&seconds, &local);
        char time[32];
        std::snprintf(time, sizeof time, "%c %02d:%02d:%02d.%06d ", sign, local.tm_hour, local.tm_min, local.tm_sec, static_cast<int>(micros));
        say_.line(time + what);
    }

    const talk& say_;
};
}  // namespace

std::shared_ptr<client_observer> make_watch(const talk& say, const settings& set) {
    if (set.trace || set.verbosity > 1) return std::make_shared<tracer>(say);
    if (set.verbosity == 1) return std::make_shared<teller>(say, set);
    return std::make_shared<warner>(say, set);
}
}  // namespace kwire::tool
