// SPDX-License-Identifier: Apache-2.0
#include "running.hpp"

#include <kwire/client/start.hpp>

#include <csignal>
#include <cstdlib>

namespace kwire::tool {
namespace {
/// What is said even without -v.
class warner : public client_observer {
  public:
    explicit warner(const talk& say) : say_(say) {}
    void warning(std::string_view peer, std::string_view what) override {
        std::string text = "% WARNING: ";
        text += peer, text += ": ", text += what;
        say_.line(text);
    }

  protected:
    const talk& say_;
};

/// -v: connections and what goes wrong with them; -vv: every request as well.
class tracer final : public warner {
  public:
    tracer(const talk& say, int verbosity) : warner(say), verbosity_(verbosity) {}

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
    void request_written(const observed_request& r, std::span<const bytes> frame) override {
        if (verbosity_ < 2) return;
        std::size_t size = 0;
        for (const auto& piece : frame) size += piece.size();
        say_.line("> " + describe(r) + (size == 0 ? ", <redacted>" : ", " + std::to_string(size) + " bytes"));
    }
    void response_read(const observed_request& r, bytes frame) override {
        if (verbosity_ < 2) return;
        const auto size = frame.empty() ? "<redacted>" : std::to_string(r.response_bytes) + " bytes";
        say_.line("< " + describe(r) + ", " + size + " in " + milliseconds(r.took.total()));
    }
    void request_failed(const observed_request& r, const error& why) override { say_.line("% " + describe(r) + ": " + why.message()); }
    void metadata_failed(const error& why, clock::duration pause) override {
        say_.line("% metadata: " + why.message() + ", again in " + milliseconds(pause));
    }
    void throttled(std::string_view peer, clock::duration pause) override {
        say_.line(std::string("% throttled by ").append(peer) + " for " + milliseconds(pause));
    }
    void produce_retried(std::string_view topic, std::int32_t partition, const error& why, clock::duration pause) override {
        std::string text = "% ";
        text += topic, text += " [" + std::to_string(partition) + "]: " + why.message();
        say_.line(text += ", again in " + milliseconds(pause));
    }
    void idempotence_off(const error& why) override { say_.line("% idempotence is off: " + why.message()); }

  private:
    static std::string describe(const observed_request& r) {
        std::string text(r.api);
        text += " v" + std::to_string(r.version) + " id " + std::to_string(r.correlation_id) + " ";
        return text.append(r.peer);
    }
    static std::string milliseconds(clock::duration d) {
        const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(d).count();
        std::string text = std::to_string(micros / 1000) + "." + std::to_string(micros % 1000 / 100);
        return text += " ms";
    }

    int verbosity_;
};

task<result<int>> as_result(task<int> work) {
    const int status = co_await std::move(work);
    co_return status;
}
}  // namespace

interruption::interruption(asio::io_context& on) : signals_(on, SIGINT, SIGTERM) { watch(); }

void interruption::watch() {
    signals_.async_wait([this](const std::error_code& why, int) {
        if (why) return;
        if (interrupted_) std::_Exit(exit_code::interrupted);  // asked twice
        interrupted_ = true;
        watch();
        if (act_) std::exchange(act_, {})();
    });
}

void interruption::on_interrupt(std::function<void()> act) {
    if (interrupted_) act();
    else act_ = std::move(act);
}

void interruption::stop_watching() {
    std::error_code ignored;  // there is nothing to do about a wait that cannot be cancelled, and there is none
    signals_.cancel(ignored);
}

std::shared_ptr<client_observer> make_tracer(const talk& say, int verbosity) {
    if (verbosity == 0) return std::make_shared<warner>(say);
    return std::make_shared<tracer>(say, verbosity);
}

int failed(const context& c, const interruption& signals, const error& why) {
    if (signals.interrupted()) return exit_code::interrupted;
    return failed(c.say, why);
}

int run_with_client(const context& c, const std::function<task<int>(const client&, interruption&)>& work) {
    if (const auto usable = check(c.set.kafka); !usable) return failed(c.say, usable.error());
    asio::io_context io(1);
    interruption signals(io);
    auto made = client::make(io, c.set.kafka.client, make_tracer(c.say, c.set.verbosity));
    if (!made) return failed(c.say, made.error());
    int status = exit_code::failed;
    {
        const client cluster = *std::move(made);
        start(io, as_result(work(cluster, signals)), [&](result<int> ended) {
            if (ended) status = *ended;
            signals.stop_watching();
            cluster.core()->close();
        });
        io.run();
    }
    io.restart();
    io.run();
    return status;
}
}  // namespace kwire::tool
