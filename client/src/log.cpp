// SPDX-License-Identifier: Apache-2.0
#include <kwire/client/log.hpp>

#include "telemetry.hpp"
#include "watchers.hpp"

#include <kwire/client/place.hpp>
#include <kwire/protocol/errc.hpp>

#include <array>
#include <cstdio>
#include <initializer_list>
#include <vector>

namespace kwire::inline v0 {
namespace {
std::string in_ms(clock::duration d) { return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(d).count()); }

std::string join(std::initializer_list<std::string_view> parts) {
    std::string text;
    for (const auto part : parts) text += part;
    return text;
}

class log_observer final : public client_observer {
  public:
    explicit log_observer(const log_sink& to) : to_(to) {}

    void warning(std::string_view peer, std::string_view what) override {
        if (wanted(log_level::warning)) put(log_level::warning, "insecure", join({peer, ": ", what}), {{"peer", peer}});
    }
    void reconnect_planned(std::string_view peer, clock::duration pause) override {
        if (!wanted(log_level::debug)) return;
        const auto ms = in_ms(pause);
        put(log_level::debug, "reconnect-planned", join({peer, " is tried again in ", ms, " ms"}), {{"peer", peer}, {"pause_ms", ms}});
    }
    void connecting(std::string_view peer) override {
        if (wanted(log_level::debug)) put(log_level::debug, "connecting", join({"connecting to ", peer}), {{"peer", peer}});
    }
    void connected(std::string_view peer, clock::duration took) override {
        if (!wanted(log_level::info)) return;
        const auto ms = in_ms(took);
        put(log_level::info, "connected", join({"connected to ", peer, " in ", ms, " ms"}), {{"peer", peer}, {"took_ms", ms}});
    }
    void connect_failed(std::string_view peer, const error& why, clock::duration pause) override {
        const auto level = why == client_errc::closed ? log_level::debug : why.retriable() ? log_level::warning : log_level::error;
        if (!wanted(level)) return;
        const auto reason = why.message(), ms = in_ms(pause);
        put(level, "connect-failed", join({"cannot connect to ", peer, ": ", reason, "; not tried again for ", ms, " ms"}),
            {{"peer", peer}, {"why", reason}, {"pause_ms", ms}, {"next", cure(why.code())}});
    }
    void disconnected(std::string_view peer, const error& why) override {
        const bool ours = why == client_errc::closed;
        const auto level = ours ? log_level::debug : log_level::warning;
        if (!wanted(level)) return;
        const auto reason = why.message();
        put(level, "disconnected",
            join({ours ? "closed the connection to " : "lost the connection to ", peer, ": ", reason, "; made again when it is needed"}),
            {{"peer", peer}, {"why", reason}, {"next", ours ? std::string_view() : cure(why.code())}});
    }
    // A lost connection has said so itself, once for all that waited on it.
    void request_failed(const observed_request& r, const error& why) override {
        const bool told = why == client_errc::closed || why == client_errc::cancelled || why == client_errc::connection_lost;
        const auto level = told ? log_level::debug : log_level::warning;
        if (!wanted(level)) return;
        const auto reason = why.message(), version = std::to_string(r.version), id = std::to_string(r.correlation_id);
        put(level, "request-failed", join({r.api, " to ", r.peer, " failed: ", reason}),
            {{"peer", r.peer}, {"api", r.api}, {"version", version}, {"correlation_id", id}, {"why", reason}, {"next", cure(why.code())}});
    }
    void metadata_updated(std::size_t brokers, std::size_t topics) override {
        if (!wanted(log_level::debug)) return;
        const auto b = std::to_string(brokers), t = std::to_string(topics);
        put(log_level::debug, "metadata-updated", join({"metadata came: brokers ", b, ", topics ", t}), {{"brokers", b}, {"topics", t}});
    }
    void metadata_failed(const error& why, clock::duration pause) override {
        if (!wanted(log_level::warning)) return;
        const auto reason = why.message(), ms = in_ms(pause);
        put(log_level::warning, "metadata-failed",
            join({"failed to get metadata: ", reason, "; asked again in ", ms, " ms, what is known is used on"}),
            {{"why", reason}, {"pause_ms", ms}, {"next", cure(why.code())}});
    }
    void topic_missing(std::string_view topic, clock::duration limit) override {
        if (!wanted(log_level::warning)) return;
        const auto ms = in_ms(limit);
        put(log_level::warning, "topic-missing", join({"topic ", topic, " does not exist yet; it is waited for, ", ms, " ms at most"}),
            {{"topic", topic}, {"limit_ms", ms}, {"next", cure(make_error_code(errc::unknown_topic_or_partition))}});
    }
    void rebootstrapped(const error& why) override {
        if (!wanted(log_level::warning)) return;
        const auto reason = why.message();
        put(log_level::warning, "rebootstrapped", join({"no known broker is of use any more: ", reason, "; begins again at bootstrap.servers"}),
            {{"why", reason}, {"next", cure(why.code())}});
    }
    void throttled(std::string_view peer, clock::duration pause) override {
        if (!wanted(log_level::info)) return;
        const auto ms = in_ms(pause);
        put(log_level::info, "throttled", join({peer, " asks us to hold back for ", ms, " ms, because of a quota"}),
            {{"peer", peer}, {"pause_ms", ms}, {"next", "send or fetch less, or raise this client's quota"}});
    }
    void produce_retried(std::string_view topic, std::int32_t partition, const error& why, clock::duration pause) override {
        if (!wanted(log_level::warning)) return;
        const auto at = place_of(topic, partition), reason = why.message(), ms = in_ms(pause);
        put(log_level::warning, "produce-retried", join({"a batch for ", at, " was not acknowledged: ", reason, "; sent again in ", ms, " ms"}),
            {{"partition", at}, {"why", reason}, {"pause_ms", ms}, {"next", cure(why.code())}});
    }
    void idempotence_off(const error& why) override {
        if (!wanted(log_level::warning)) return;
        const auto reason = why.message();
        put(log_level::warning, "idempotence-off",
            join({"the cluster gives no producer ids: ", reason, "; retries may write records twice from now on"}),
            {{"why", reason}, {"next", cure(why.code())}});
    }
    void producer_id_renewed(std::string_view topic, std::int32_t partition, const error& why) override {
        if (!wanted(log_level::warning)) return;
        const auto at = place_of(topic, partition), reason = why.message();
        put(log_level::warning, "producer-id-renewed", join({at, " goes on with a new producer id: ", reason}), {{"partition", at}, {"why", reason}});
    }
    // A cluster that has no receiver for metrics is no fault.
    void telemetry_failed(const error& why, clock::duration pause) override {
        const auto level = telemetry::has_no_receiver(why) ? log_level::debug : log_level::warning;
        if (!wanted(level)) return;
        const auto reason = why.message(), ms = in_ms(pause);
        put(level, "telemetry-failed", join({"metrics were not pushed: ", reason, "; tried again in ", ms, " ms"}),
            {{"why", reason}, {"pause_ms", ms}, {"next", cure(why.code())}});
    }

  private:
    bool wanted(log_level level) const noexcept { return level >= to_.least; }
    /// Fields without a value are left out.
    void put(log_level level, std::string_view event, const std::string& text, std::initializer_list<log_field> facts) const {
        std::array<log_field, 8> fields;
        std::size_t count = 0;
        for (const auto& f : facts)
            if (!f.value.empty()) fields[count++] = f;
        to_.write({level, event, text, std::span(fields).first(count)});
    }

    const log_sink to_;
};

void quote(std::string_view text, std::string& out) {
    const bool plain = !text.empty() && text.find_first_of(" =\"\\") == text.npos;
    if (!plain) out += '"';
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') out += '\\';
        if (byte >= 0x20 && byte != 0x7f) {
            out += c;
            continue;
        }
        char code[8];
        std::snprintf(code, sizeof code, "\\x%02x", byte);
        out += code;
    }
    if (!plain) out += '"';
}
}  // namespace

std::string_view to_string(log_level level) noexcept {
    switch (level) {
        case log_level::debug: return "debug";
        case log_level::info: return "info";
        case log_level::warning: return "warning";
        case log_level::error: return "error";
    }
    return "";
}

std::string to_string(const log_line& l) {
    std::string out = "level=";
    out += to_string(l.level);
    out += " event=", out += l.event;
    out += " text=", quote(l.text, out);
    for (const auto& f : l.fields) out += ' ', out += f.name, out += '=', quote(f.value, out);
    return out;
}

std::shared_ptr<client_observer> make_log_observer(const log_sink& to) {
    if (!to.write) return nullptr;
    return std::make_shared<log_observer>(to);
}
}  // namespace kwire
