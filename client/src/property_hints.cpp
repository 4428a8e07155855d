// SPDX-License-Identifier: Apache-2.0
#include "property_hints.hpp"

namespace kwire::inline v0 {
// A room of its own for names this short.
namespace hints {
constexpr std::string_view groups = "kwire has no consumer groups yet; read topics and partitions, from the offsets that you name";
constexpr std::string_view transactions = "kwire has no transactions yet; isolation.level=read_committed reads those of others";
constexpr std::string_view watching = "--trace of the command tells everything that is said to brokers; a program has observers and a log";
constexpr std::string_view counting = "client::counters() has these numbers at any time";
constexpr std::string_view retrying = "what can be tried again is, until delivery.timeout.ms is over; set that";
constexpr std::string_view sockets = "leave it out; sockets are set up as the operating system does, without delay (TCP_NODELAY)";
constexpr std::string_view versions = "leave it out; every broker is asked which versions it speaks";
constexpr std::string_view trust = "kwire reads PEM files, not Java's stores; name one with ssl.ca.location";
constexpr std::string_view own_key = "kwire reads PEM files, not Java's stores; name them with ssl.certificate.location and ssl.key.location";
constexpr std::string_view kerberos = "kwire has no Kerberos (GSSAPI); sasl.mechanism is PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER";
constexpr std::string_view token = "kwire fetches no token; give it one with sasl.oauthbearer.token, a program by its own provider";
constexpr std::string_view openssl = "leave it out; OpenSSL decides, by its own configuration (openssl.cnf)";
constexpr std::string_view by_itself = "leave it out; kwire does that by itself";
constexpr std::string_view in_a_program = "leave it out; a program gives such things as arguments, not as properties";
constexpr std::string_view plain_bytes = "leave it out; keys and values are bytes";
constexpr std::string_view java_class = "leave it out; it names a Java class";

struct row {
    std::string_view name;  // with a dot at its end: all that begin so
    std::string_view instead;
};

constexpr row table[] = {
    {"group.", groups},
    {"session.timeout.ms", groups},
    {"heartbeat.interval.ms", groups},
    {"max.poll.interval.ms", groups},
    {"max.poll.records", groups},
    {"partition.assignment.strategy", groups},
    {"enable.auto.commit", groups},
    {"auto.commit.", groups},
    {"enable.auto.offset.store", groups},
    {"offset.store.", groups},
    {"coordinator.query.interval.ms", groups},
    {"topic.blacklist", groups},
    {"exclude.internal.topics", groups},
    {"share.", groups},
    {"transactional.id", transactions},
    {"transaction.timeout.ms", transactions},

    {"debug", watching},
    {"log_level", watching},
    {"log.", watching},
    {"statistics.interval.ms", counting},
    {"metric.reporters", counting},
    {"metrics.", counting},
    {"auto.include.jmx.reporter", counting},
    {"interceptor.classes", java_class},
    {"config.providers", java_class},
    {"security.providers", java_class},

    {"retries", retrying},
    {"message.send.max.retries", retrying},
    {"max.block.ms", "delivery.timeout.ms bounds the wait for room and for metadata as well; set that"},
    {"default.api.timeout.ms", "set request.timeout.ms"},
    {"fetch.error.backoff.ms", "set retry.backoff.ms"},
    {"topic.metadata.refresh.fast.interval.ms", "set retry.backoff.ms"},
    {"topic.metadata.refresh.fast.cnt", by_itself},
    {"topic.metadata.refresh.sparse", by_itself},
    {"topic.metadata.propagation.max.ms", "delivery.timeout.ms bounds the wait for a topic as well; set that"},
    {"socket.max.fails", by_itself},
    {"broker.address.ttl", by_itself},
    {"reconnect.backoff.jitter.ms", "set reconnect.backoff.ms; it varies by 20 % by itself"},

    {"batch.num.messages", "batches are bounded in bytes; set batch.size"},
    {"queue.buffering.max.messages", "the buffer is bounded in bytes; set buffer.memory"},
    {"queued.min.messages", "what lies ready is bounded in bytes; set fetch.buffer.memory"},
    {"queue.buffering.backpressure.threshold", "set linger.ms and buffer.memory"},
    {"queuing.strategy", by_itself},
    {"message.copy.max.bytes", by_itself},
    {"enable.gapless.guarantee", "leave it out; a partition's records stay in order, and each that fails is told of"},
    {"delivery.report.only.error", "leave it out; every outcome is told"},
    {"produce.offset.report", "leave it out; an outcome has its offset"},
    {"sticky.partitioning.linger.ms", "set linger.ms"},
    {"partitioner.class", "it names a Java class; set partitioner, where murmur2_random places keys as Java does"},
    {"partitioner.", "leave it out; partitioner has all that can be chosen"},
    {"key.serializer", plain_bytes},
    {"value.serializer", plain_bytes},
    {"key.deserializer", plain_bytes},
    {"value.deserializer", plain_bytes},
    {"enable.partition.eof", "leave it out; ends of partitions are told (-e of the command, end_of_partition() in a program)"},
    {"client.rack", "leave it out; kwire reads from leaders only"},

    {"api.version.", versions},
    {"broker.version.fallback", versions},
    {"socket.keepalive.enable", sockets},
    {"socket.nagle.disable", sockets},
    {"socket.send.buffer.bytes", sockets},
    {"socket.receive.buffer.bytes", sockets},
    {"send.buffer.bytes", sockets},
    {"receive.buffer.bytes", sockets},
    {"client.dns.lookup", "leave it out; all addresses of a name are tried"},
    {"broker.address.family", "leave it out; all addresses of a name are tried"},

    {"ssl.truststore.", trust},
    {"ssl.keystore.", own_key},
    {"ssl.ca.pem", "write it to a file, and name that with ssl.ca.location"},
    {"ssl.certificate.pem", "write it to a file, and name that with ssl.certificate.location"},
    {"ssl.key.pem", "write it to a file, and name that with ssl.key.location"},
    {"ssl.protocol", "set ssl.enabled.protocols"},
    {"ssl.crl.location", "kwire reads no lists of revoked certificates"},
    {"ssl.curves.list", openssl},
    {"ssl.sigalgs.list", openssl},
    {"ssl.engine.", openssl},
    {"ssl.provider", openssl},
    {"ssl.providers", openssl},
    {"ssl.secure.random.implementation", openssl},
    {"ssl.keymanager.algorithm", openssl},
    {"ssl.trustmanager.algorithm", openssl},
    {"ssl.ca.certificate.stores", "write its certificates to a PEM file, and name that with ssl.ca.location"},
    {"enable.sasl.oauthbearer.unsecure.jwt", token},
    {"sasl.client.callback.handler.class", java_class},
    {"plugin.library.paths", in_a_program},
    {"interceptors", in_a_program},
    {"consume.callback.max.messages", in_a_program},
    {"enabled_events", in_a_program},
    {"internal.termination.signal", by_itself},
    {"enable.random.seed", by_itself},
    {"builtin.features", by_itself},
    {"opaque", in_a_program},
    {"sasl.jaas.config", "set sasl.username and sasl.password"},
    {"sasl.kerberos.", kerberos},
    {"sasl.oauthbearer.", token},
    {"sasl.login.", token},
};
}  // namespace hints

std::string_view instead_of(std::string_view name) noexcept {
    for (const auto& r : hints::table)
        if (r.name == name || (r.name.ends_with('.') && name.starts_with(r.name))) return r.instead;
    if (name.ends_with("_cb")) return hints::in_a_program;  // librdkafka's callbacks
    return {};
}
}  // namespace kwire
