// SPDX-License-Identifier: Apache-2.0
// The exchange of a mechanism's messages over a connection.
// Source: the protocol guide, "SASL Authentication Sequence"; KIP-43, KIP-152, KIP-368.
#include <kwire/net/sasl.hpp>

#include "../printable.hpp"

#include <kwire/protocol/messages/sasl_authenticate.hpp>
#include <kwire/protocol/messages/sasl_handshake.hpp>

#include <asio/awaitable.hpp>

namespace kwire::inline v0 {
namespace {
constexpr int most_messages = 16;                // no mechanism needs more; a broker that never ends would keep us
constexpr std::size_t correlation_id_ends = 12;  // behind size, api key, version and correlation id

// The request's own memory becomes one that is zeroed when the write is over.
request hidden(request r) {
    struct zeroed {
        buffer memory;
        explicit zeroed(buffer b) : memory(std::move(b)) {}
        zeroed(const zeroed&) = delete;
        zeroed& operator=(const zeroed&) = delete;
        ~zeroed() { wipe(memory.data(), memory.size()); }
    };
    const auto all = std::make_shared<zeroed>(std::move(r.head));
    r.head = buffer(correlation_id_ends);
    std::memcpy(r.head.data(), all->memory.data(), correlation_id_ends);
    r.pieces = {bytes(r.head), bytes(all->memory).subspan(correlation_id_ends)};
    r.keeps = all;
    return r;
}

// Behind a handshake of version 0: a size and the message.
request bare(secret message) {
    struct owner {
        secret text;
        buffer size{4};
        explicit owner(secret s) : text(std::move(s)) { store(size.data(), static_cast<std::int32_t>(text.reveal().size())); }
    };
    const auto all = std::make_shared<owner>(std::move(message));
    request r{{"SaslAuthenticate", sasl_authenticate_request::api_key, 0, no_response_header}, {}, {}, all, true};
    r.pieces = {bytes(all->size), as_bytes(all->text.reveal())};
    return r;
}

std::string begin(const request_name& name, const sasl_client& how) {
    std::string what(name.api);
    what += " v" + std::to_string(name.version) + ": ";
    what += how.name();
    return what;
}

error refused(const request_name& name, const sasl_client& how, errc code, std::string_view said) {
    std::string what = begin(name, how);
    if (!said.empty()) what += ": the broker says: ", what += how.reveals(said) ? "(something with the secret in it)" : printable(said);
    return error(code, std::move(what));
}

error not_offered(const request_name& name, const sasl_client& how, const sasl_handshake_response& said) {
    std::string what = begin(name, how);
    if (said.error_code == errc::illegal_sasl_state) {
        what += ": this listener asks for no SASL (use security.protocol=PLAINTEXT or SSL, or the port of a SASL listener)";
        return error(said.error_code, std::move(what));
    }
    if (said.error_code != errc::unsupported_sasl_mechanism) return error(said.error_code, std::move(what));
    what += " is not offered by this listener; it offers ";
    if (said.mechanisms.empty()) what += "none";
    for (std::size_t i = 0; i < said.mechanisms.size() && i < 10; ++i) {
        if (i > 0) what += ", ";
        what += printable(said.mechanisms[i], 40);
    }
    return error(said.error_code, std::move(what += " (sasl.mechanism)"));
}

struct step {
    buffer from_broker;
    std::chrono::milliseconds lifetime{0};
};

task<result<step>> say(std::shared_ptr<connection> c, std::shared_ptr<sasl_client> how, secret message, clock::time_point deadline) {
    sasl_authenticate_request ask;
    ask.auth_bytes = as_bytes(message.reveal());
    auto made = c->prepare(ask);
    if (!made) co_return std::move(made).error();
    const auto name = made->name;
    const auto got = co_await c->call(hidden(*std::move(made)), deadline);
    if (!got) co_return error(got.error());
    sasl_authenticate_response answer;
    const auto whole = c->read(answer, *got);
    if (!whole) co_return error(whole.error()).within(c->describe(name));
    if (answer.error_code != errc::none) co_return refused(name, *how, answer.error_code, answer.error_message.value_or(""));
    step s{buffer(answer.auth_bytes.size()), std::chrono::milliseconds(std::max<std::int64_t>(answer.session_lifetime_ms, 0))};
    if (!answer.auth_bytes.empty()) std::memcpy(s.from_broker.data(), answer.auth_bytes.data(), answer.auth_bytes.size());
    co_return std::move(s);
}

task<result<step>> say_bare(std::shared_ptr<connection> c, std::shared_ptr<sasl_client> how, secret message, clock::time_point deadline) {
    const auto got = co_await c->call(bare(std::move(message)), deadline);
    if (!got) {
        std::string what(how->name());
        what += ": the broker hung up instead of an answer: wrong credentials, as far as version 0 of SaslHandshake can tell";
        if (got.error() == client_errc::connection_lost) co_return error(errc::sasl_authentication_failed, std::move(what));
        co_return error(got.error());
    }
    step s{buffer(got->body.size()), {}};
    if (!got->body.empty()) std::memcpy(s.from_broker.data(), got->body.data(), got->body.size());
    co_return std::move(s);
}

task<result<std::int16_t>> shake_hands(std::shared_ptr<connection> c, std::shared_ptr<sasl_client> how, clock::time_point deadline,
                                       std::int16_t highest) {
    sasl_handshake_request ask;
    ask.mechanism = how->name();
    const auto got = co_await c->call(ask, deadline, highest);
    if (!got) co_return error(got.error());
    const auto version = got->version();
    if (got->message.error_code != errc::none) co_return not_offered(name_of<sasl_handshake_request>(version), *how, got->message);
    co_return version;
}
}  // namespace

task<result<std::chrono::milliseconds>> authenticate(std::shared_ptr<connection> on, std::shared_ptr<sasl_client> how, clock::time_point deadline,
                                                     std::int16_t highest_handshake) {
    const auto prepared = co_await how->prepare(deadline);
    if (!prepared) co_return error(prepared.error());
    auto message = how->start();
    if (!message) co_return std::move(message).error();
    const auto version = co_await shake_hands(on, how, deadline, highest_handshake);
    if (!version) co_return error(version.error());
    for (int i = 0; i < most_messages; ++i) {
        auto saying = *version == 0 ? say_bare(on, how, *message, deadline) : say(on, how, *message, deadline);
        const auto said = co_await std::move(saying);
        if (!said) co_return error(said.error());
        auto next = how->next(said->from_broker);
        if (!next) co_return std::move(next).error();
        if (!*next) co_return said->lifetime;
        message = **std::move(next);
    }
    std::string what(how->name());
    co_return error(security_errc::broken, what += ": the exchange does not come to an end");
}
}  // namespace kwire
