// SPDX-License-Identifier: Apache-2.0
#include <kwire/client/nearest.hpp>
#include <kwire/client/properties.hpp>

#include "property_hints.hpp"
#include "property_values.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <type_traits>

namespace kwire::inline v0 {
namespace {
namespace pv = property_values;

// The member that Path leads to, from the options down.
template <auto First, auto... Rest> constexpr auto& at(auto& object) {
    if constexpr (sizeof...(Rest) == 0) return object.*First;
    else return at<Rest...>(object.*First);
}

template <auto... Path> using member = std::remove_cvref_t<decltype(at<Path...>(std::declval<options&>()))>;

template <class T> constexpr property_type type_of() {
    if constexpr (std::is_same_v<T, std::string>) return property_type::text;
    if constexpr (std::is_same_v<T, std::vector<std::string>>) return property_type::list;
    if constexpr (std::is_same_v<T, secret>) return property_type::secret;
    if constexpr (std::is_same_v<T, std::size_t>) return property_type::byte_count;
    if constexpr (std::is_same_v<T, std::chrono::milliseconds>) return property_type::milliseconds;
    return property_type::integer;
}

template <class Member> constexpr property_group group_of(Member) {
    if constexpr (std::is_same_v<Member, producer_options options::*>) return property_group::producer;
    if constexpr (std::is_same_v<Member, consumer_options options::*>) return property_group::consumer;
    return property_group::client;
}

using names = std::array<property_alias, 2>;
struct range {
    std::int64_t least = 0, most = std::numeric_limits<std::int32_t>::max();
};

/// A text, a secret, a list or a number.
template <auto First, auto... Rest> constexpr property value(std::string_view name, names aliases, range r, std::string_view doc) {
    return {name,
            aliases,
            type_of<member<First, Rest...>>(),
            {},
            r.least,
            r.most,
            doc,
            [](options& o, const property& p, std::string_view text, std::int64_t unit) { return pv::read(at<First, Rest...>(o), p, text, unit); },
            [](const options& o) { return pv::print(at<First, Rest...>(o)); },
            group_of(First)};
}

/// One of `Words`; `values` are those that are worth telling.
template <auto& Words, auto First, auto... Rest>
constexpr property choice(std::string_view name, names aliases, std::string_view values, std::string_view doc) {
    return {name,
            aliases,
            values == "true|false" ? property_type::boolean : property_type::choice,
            values,
            0,
            0,
            doc,
            [](options& o, const property& p, std::string_view text, std::int64_t) { return pv::read_word(at<First, Rest...>(o), Words, p, text); },
            [](const options& o) { return pv::print_word(at<First, Rest...>(o), Words); },
            group_of(First)};
}

// A room of its own for names this short.
namespace rows {
using c = client_options;
using p = producer_options;
using f = consumer_options;
using s = security_options;
constexpr auto common = &options::client;
constexpr auto safety = &c::security;
constexpr auto sending = &options::producer;
constexpr auto reading = &options::consumer;
constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max() / 1'000'000;  // a duration still fits nanoseconds
constexpr std::int64_t most_memory = std::int64_t{1} << 46;

constexpr property table[] = {
    value<common, &c::bootstrap_servers>("bootstrap.servers", {{{"metadata.broker.list"}}}, {},
                                         "where to find the cluster: HOST[:PORT],… ; any of its brokers will do"),
    value<common, &c::client_id>("client.id", {}, {}, "how brokers name this client in their logs and quotas"),
    value<common, &c::request_timeout>("request.timeout.ms", {{{"socket.timeout.ms"}}}, {1, largest},
                                       "how long one request may take, from writing it to its answer"),
    value<common, &c::socket_connection_setup_timeout>("socket.connection.setup.timeout.ms", {}, {1, largest},
                                                       "how long one attempt to connect may take, with everything until the first request"),
    value<common, &c::reconnect_backoff>("reconnect.backoff.ms", {}, {0, largest},
                                         "the pause after a first failed attempt to connect; doubles each time, ±20 %"),
    value<common, &c::reconnect_backoff_max>("reconnect.backoff.max.ms", {}, {0, largest}, "the longest of these pauses"),
    value<common, &c::retry_backoff>("retry.backoff.ms", {}, {0, largest}, "the pause before a request is tried again; doubles each time, ±20 %"),
    value<common, &c::retry_backoff_max>("retry.backoff.max.ms", {}, {0, largest}, "the longest of these pauses"),
    value<common, &c::metadata_max_age>("metadata.max.age.ms", {{{"topic.metadata.refresh.interval.ms"}}}, {1, largest},
                                        "after this, leaders and partitions are looked up again even if nothing failed"),
    value<common, &c::connections_max_idle>("connections.max.idle.ms", {}, {0, largest},
                                            "a connection on which nothing was asked for so long is closed; 0: never"),
    choice<pv::recoveries, common, &c::metadata_recovery_strategy>(
        "metadata.recovery.strategy", {}, "rebootstrap|none",
        "what to do when no known broker answers: begin again at bootstrap.servers, or only try on with those that are known"),
    value<common, &c::metadata_recovery_rebootstrap_trigger>(
        "metadata.recovery.rebootstrap.trigger.ms", {}, {0, largest},
        "when no broker has told of the cluster for so long, all connections are given up and bootstrap.servers is asked"),
    choice<pv::booleans, common, &c::allow_auto_create_topics>(
        "allow.auto.create.topics", {}, "true|false", "whether asking for a topic may create it, where the brokers create topics on first use"),
    value<common, &c::receive_message_max_bytes>("receive.message.max.bytes", {}, {1000, 2147483647},
                                                 "a longer answer ends the connection, before memory is taken for it"),
    choice<pv::booleans, common, &c::enable_metrics_push>("enable.metrics.push", {}, "true|false",
                                                          "whether brokers that ask for this client's metrics get them"),

    choice<pv::protocols, common, safety, &s::protocol>(
        "security.protocol", {}, "PLAINTEXT|SSL|SASL_PLAINTEXT|SASL_SSL",
        "how connections are protected: encrypted by TLS (SSL), and whether we say who we are (SASL)"),
    value<common, safety, &s::sasl_mechanism>("sasl.mechanism", {{{"sasl.mechanisms"}}}, {},
                                              "how to prove who we are: PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER"),
    value<common, safety, &s::sasl_username>("sasl.username", {}, {}, "the user for PLAIN and SCRAM"),
    value<common, safety, &s::sasl_password>("sasl.password", {}, {}, "the password for PLAIN and SCRAM"),
    choice<pv::booleans, common, safety, &s::sasl_allow_cleartext>("sasl.allow.cleartext", {}, "true|false",
                                                                   "lets PLAIN and OAUTHBEARER show their secret over a connection without TLS"),
    value<common, safety, &s::sasl_oauthbearer_token>("sasl.oauthbearer.token", {}, {}, "the token for OAUTHBEARER"),
    value<common, safety, &s::ssl_ca_location>("ssl.ca.location", {}, {}, "PEM file or directory of the certificates to trust; empty: the system's"),
    value<common, safety, &s::ssl_certificate_location>("ssl.certificate.location", {}, {},
                                                        "PEM file of our own certificate, and the chain behind it"),
    value<common, safety, &s::ssl_key_location>("ssl.key.location", {}, {}, "PEM file of its private key"),
    value<common, safety, &s::ssl_key_password>("ssl.key.password", {}, {}, "the password of that key"),
    value<common, safety, &s::ssl_cipher_suites>("ssl.cipher.suites", {}, {},
                                                 "the ciphers allowed, as OpenSSL spells them; those of TLS 1.3 begin with TLS_"),
    value<common, safety, &s::ssl_enabled_protocols>("ssl.enabled.protocols", {}, {},
                                                     "TLSv1.2, TLSv1.3 or both, which is what is used if it is not set"),
    choice<pv::booleans, common, safety, &s::verify_certificate>("enable.ssl.certificate.verification", {}, "true|false",
                                                                 "whether the broker's certificate must be one that we trust"),
    choice<pv::host_checks, common, safety, &s::verify_host_name>("ssl.endpoint.identification.algorithm", {}, "https|none",
                                                                  "https: the broker's certificate must bear the name that we connect to"),

    choice<pv::all_acks, sending, &p::acks>("acks", {{{"request.required.acks"}}}, "all|1|0",
                                            "who must have a record before it counts as sent: all replicas in sync, the leader, or nobody"),
    choice<pv::booleans, sending, &p::enable_idempotence>("enable.idempotence", {}, "true|false", "no duplicates when a send is retried"),
    value<sending, &p::delivery_timeout>("delivery.timeout.ms", {{{"message.timeout.ms"}}}, {1, largest},
                                         "how long a send may take with all retries; after that its outcome is reported as it is known"),
    value<sending, &p::linger>("linger.ms", {{{"queue.buffering.max.ms"}}}, {0, largest},
                               "how long a batch waits for more records; a blocking send does not wait"),
    value<sending, &p::batch_size>("batch.size", {}, {1, 2147483647}, "a batch that holds this much is sent at once"),
    value<sending, &p::max_request_size>("max.request.size", {{{"message.max.bytes"}}}, {1, 2147483647},
                                         "a record that is larger is refused, and no batch grows beyond it"),
    value<sending, &p::buffer_memory>("buffer.memory", {{{"queue.buffering.max.kbytes", 1024}}}, {1, most_memory},
                                      "all records that are not acknowledged yet; when it is full, sending waits; at least 512 bytes more than "
                                      "batch.size and than max.request.size"),
    choice<pv::codecs, sending, &p::compression>("compression.type", {{{"compression.codec"}}}, "none|gzip|snappy|lz4|zstd",
                                                 "how batches are compressed"),
    value<sending, &p::compression_level>("compression.level", {}, {-131072, 22}, "how hard, for whichever type is chosen"),
    value<sending, &p::compression_gzip_level>("compression.gzip.level", {}, {1, 9}, "how hard, for gzip"),
    value<sending, &p::compression_lz4_level>("compression.lz4.level", {}, {1, 17}, "how hard, for lz4"),
    value<sending, &p::compression_zstd_level>("compression.zstd.level", {}, {-131072, 22}, "how hard, for zstd"),
    value<sending, &p::max_in_flight_requests_per_connection>("max.in.flight.requests.per.connection", {{{"max.in.flight"}}}, {1, 1'000'000},
                                                              "requests on their way to one broker at a time; at most 5 with idempotence"),
    choice<pv::partitioners, sending, &p::partitioner>(
        "partitioner", {}, "murmur2_random|murmur2|consistent_random|consistent|fnv1a_random|fnv1a|random|roundrobin|manual",
        "who chooses a partition: murmur2 places keys as Java does, consistent as librdkafka, fnv1a as Sarama"),

    value<reading, &f::fetch_max_wait>("fetch.max.wait.ms", {{{"fetch.wait.max.ms"}}}, {0, 2147483647},
                                       "how long a broker may wait for fetch.min.bytes"),
    value<reading, &f::fetch_min_bytes>("fetch.min.bytes", {}, {0, 2147483647}, "a broker answers at once when it has this much"),
    value<reading, &f::fetch_max_bytes>("fetch.max.bytes", {}, {1, 2147483647},
                                        "one answer of a broker holds at most this much; unless set, also at most an eighth of fetch.buffer.memory"),
    value<reading, &f::max_partition_fetch_bytes>("max.partition.fetch.bytes", {{{"fetch.message.max.bytes"}}}, {1, 2147483647},
                                                  "one partition in one answer; a larger batch still comes whole"),
    value<reading, &f::fetch_buffer_memory>("fetch.buffer.memory", {{{"queued.max.messages.kbytes", 1024}}}, {65536, most_memory},
                                            "all that was received or expanded and is not let go of yet; when it is full, fetching waits, "
                                            "but for a batch at a time of who has had nothing to read for half a second"),
    value<reading, &f::max_decompressed_batch_bytes>("max.decompressed.batch.bytes", {}, {1, 2147483647}, "a batch that expands to more is an error"),
    choice<pv::isolation_levels, reading, &f::isolation_level>("isolation.level", {}, "read_uncommitted|read_committed",
                                                               "read_committed leaves out what belongs to open and aborted transactions"),
    choice<pv::resets, reading, &f::auto_offset_reset>("auto.offset.reset", {}, "earliest|latest|none",
                                                       "where to go on when the offset asked for does not exist"),
    choice<pv::booleans, reading, &f::check_crcs>("check.crcs", {}, "true|false", "whether the checksum of each batch is checked"),
};
}  // namespace rows

error refuse(std::string text) { return error(client_errc::invalid_configuration, std::move(text)); }

struct found {
    const property* row = nullptr;
    std::int64_t unit = 1;
};
found look_up(std::string_view name) noexcept {
    for (const auto& row : rows::table) {
        if (row.name == name) return {&row, 1};
        for (const auto& alias : row.aliases)
            if (!alias.name.empty() && alias.name == name) return {&row, alias.unit};
    }
    return {};
}

error unknown(std::string_view name) {
    std::vector<std::string_view> all;
    for (const auto& row : rows::table) {
        all.push_back(row.name);
        for (const auto& alias : row.aliases)
            if (!alias.name.empty()) all.push_back(alias.name);
    }
    std::string text = "there is no property '";
    text += name;
    text += '\'';
    if (const auto instead = instead_of(name); !instead.empty()) return refuse(text.append(": ").append(instead));
    const auto close = nearest(name, all);
    if (!close.empty()) text += ", did you mean '", text += close, text += "'?";
    return refuse(std::move(text));
}

/// The value of NAME.file=PATH or NAME.env=VARIABLE.
result<std::string> secret_from(std::string_view kind, std::string_view name, const std::string& where) {
    std::string text(name);
    if (kind == "env") {
        const char* value = std::getenv(where.c_str());
        if (value) return std::string(value);
        return refuse(text += ": the environment variable " + where + " is not set");
    }
    std::ifstream in(where, std::ios::binary);
    std::ostringstream content;
    if (in) content << in.rdbuf();
    if (!in) return refuse(text += ": cannot read the file " + where);
    std::string value = std::move(content).str();
    if (value.ends_with('\n')) value.pop_back();
    if (value.ends_with('\r')) value.pop_back();
    return value;
}
}  // namespace

std::string_view to_string(property_type type) noexcept {
    constexpr std::string_view words[] = {"text", "list", "secret", "true/false", "number", "bytes", "ms", "choice"};
    return words[static_cast<std::size_t>(type)];
}

std::span<const property> properties() noexcept { return rows::table; }
const property* find_property(std::string_view name) noexcept { return look_up(name).row; }

std::string allowed_values(const property& row) {
    std::string text;
    switch (row.type) {
        case property_type::text:
        case property_type::secret: return "any text";
        case property_type::list: return "a list separated by commas";
        case property_type::boolean:
        case property_type::choice: break;
        case property_type::integer:
        case property_type::byte_count:
        case property_type::milliseconds:
            text += std::to_string(row.least);
            if (row.most >= rows::largest) return text += " or more";
            return text += " to " + std::to_string(row.most);
    }
    for (auto rest = row.values; !rest.empty();) {
        const auto bar = rest.find('|');
        if (!text.empty()) text += bar == rest.npos ? " or " : ", ";
        text += rest.substr(0, bar);
        rest = bar == rest.npos ? std::string_view() : rest.substr(bar + 1);
    }
    return text;
}

result<void> set_property(options& all, std::string_view name, std::string_view value) {
    const auto direct = look_up(name);
    if (direct.row) {
        auto done = direct.row->set(all, *direct.row, value, direct.unit);
        if (!done) return done;
        auto& to = all.producer;
        if (direct.row->name == "enable.idempotence") all.idempotence_given = true;
        if (!all.idempotence_given) to.enable_idempotence = to.acks == acks::all && to.max_in_flight_requests_per_connection <= 5;
        return done;
    }
    const auto dot = name.rfind('.');
    const auto kind = dot == name.npos ? std::string_view() : name.substr(dot + 1);
    const auto base = look_up(name.substr(0, dot));
    if ((kind != "file" && kind != "env") || !base.row || base.row->type != property_type::secret) return unknown(name);
    auto read = secret_from(kind, name, std::string(value));
    if (!read) return std::move(read).error();
    auto done = base.row->set(all, *base.row, *read, 1);
    wipe(*read);
    return done;
}

result<void> read_properties(options& all, std::string_view text, std::string_view origin) {
    constexpr std::string_view blanks = " \t\r";
    const auto trimmed = [&](std::string_view part) {
        const auto first = part.find_first_not_of(blanks), last = part.find_last_not_of(blanks);
        return first == part.npos ? std::string_view() : part.substr(first, last - first + 1);
    };
    for (int number = 1; !text.empty(); ++number) {
        const auto end = text.find('\n');
        const auto line = trimmed(text.substr(0, end));
        text = end == text.npos ? std::string_view() : text.substr(end + 1);
        if (line.empty() || line.starts_with('#')) continue;
        std::string place(origin);
        place += ":" + std::to_string(number);
        const auto equals = line.find('=');
        if (equals == line.npos) return refuse("expected NAME=VALUE").within(place);
        auto done = set_property(all, trimmed(line.substr(0, equals)), trimmed(line.substr(equals + 1)));
        if (!done) return std::move(done).error().within(place);
    }
    return {};
}

std::string print_properties(const options& all) {
    std::string text;
    for (const auto& row : rows::table) {
        text += row.name;
        text += '=';
        text += row.get(all);
        text += '\n';
    }
    return text;
}

result<void> check(const options& all) {
    auto done = check(all.client);
    if (done) done = check(all.producer);
    if (done) done = check(all.consumer);
    return done;
}
}  // namespace kwire
