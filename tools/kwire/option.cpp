// SPDX-License-Identifier: Apache-2.0
#include "option.hpp"

#include "format.hpp"
#include "input.hpp"
#include "redact.hpp"
#include "values.hpp"

#include <limits>

namespace kwire::tool {
namespace {
constexpr std::int64_t any = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t any32 = std::numeric_limits<std::int32_t>::max();

/// For an option without a value.
template <auto Member> result<void> turn_on(settings& s, std::string_view) {
    s.*Member = true;
    return {};
}
/// For one whose value is kept as it is.
template <auto Member> result<void> keep(settings& s, std::string_view value) {
    s.*Member = std::string(value);
    return {};
}
template <auto Member> result<void> keep_unescaped(settings& s, std::string_view value) {
    s.*Member = unescape(value);
    return {};
}
template <auto Member> result<void> keep_delimiter(settings& s, std::string_view value) {
    if (value.empty()) return expected("a delimiter of at least one character", value);
    return keep_unescaped<Member>(s, value);
}
template <auto Member, std::int64_t Least, std::int64_t Most> result<void> number(settings& s, std::string_view value) {
    const auto read = read_number(value, Least, Most);
    if (!read) return read.error();
    using held = std::remove_reference_t<decltype(s.*Member)>;
    if constexpr (std::is_same_v<held, std::optional<std::uint64_t>>) s.*Member = static_cast<std::uint64_t>(*read);
    else s.*Member = static_cast<std::int32_t>(*read);
    return {};
}

/// kcat also accepts topic.NAME for librdkafka's topic properties; the prefix says nothing here.
std::string_view without_prefix(std::string_view name) noexcept {
    constexpr std::string_view prefix = "topic.";
    if (name.starts_with(prefix) && !find_property(name) && find_property(name.substr(prefix.size()))) name.remove_prefix(prefix.size());
    return name;
}
result<void> set_kafka(settings& s, std::string_view name, std::string_view value) { return set_property(s.kafka, without_prefix(name), value); }

result<void> take_property(settings& s, std::string_view text) {
    if (text == "list") return s.list_properties = true, result<void>();
    if (text == "dump") return s.dump_properties = true, result<void>();
    const auto equals = text.find('=');
    if (equals == text.npos) return expected("NAME=VALUE, list or dump", sensitive_config(text) ? "<redacted>" : text);
    return set_kafka(s, text.substr(0, equals), text.substr(equals + 1));
}

result<void> take_file(settings& s, std::string_view path) {
    const auto content = read_file(std::string(path));
    if (!content) return content.error();
    return read_properties(s.kafka, *content, path);
}

result<void> take_header(settings& s, std::string_view text) {
    auto header = read_header(text);
    if (!header) return std::move(header).error();
    s.headers.push_back(*std::move(header));
    return {};
}
result<void> take_timeout(settings& s, std::string_view text) {
    const auto read = read_duration(text, true);
    if (!read) return read.error();
    if (*read <= std::chrono::milliseconds(0)) return expected("more than nothing", text);
    s.timeout = *read;
    return {};
}
result<void> take_color(settings& s, std::string_view text) {
    const auto read = read_color(text);
    if (!read) return read.error();
    s.color = *read;
    return {};
}
result<void> take_format(settings& s, std::string_view text) {
    const auto parsed = record_format::parse(text);
    if (!parsed) return parsed.error();
    s.format = text;
    return {};
}
result<void> add_topic(settings& s, std::string_view text) {
    if (text.empty()) return expected("the name of a topic", text);
    s.topics.emplace_back(text);
    return {};
}
result<void> take_profile(settings& s, std::string_view text) {
    const auto read = parse_version_profile(text);
    if (!read) return read.error();
    s.imitate = *read;
    return {};
}
result<void> take_tree_format(settings& s, std::string_view text) {
    if (text != "tree" && text != "line" && text != "json" && text != "hex") return expected("tree, line, json or hex", text);
    s.tree_format = text;
    return {};
}
result<void> more_talk(settings& s, std::string_view) {
    ++s.verbosity;
    return {};
}
result<void> take_brokers(settings& s, std::string_view text) { return set_kafka(s, "bootstrap.servers", text); }
/// CODEC or CODEC:LEVEL
result<void> take_compression(settings& s, std::string_view text) {
    const auto colon = text.find(':');
    auto done = set_kafka(s, "compression.type", text.substr(0, colon));
    if (done && colon != text.npos) done = set_kafka(s, "compression.level", text.substr(colon + 1));
    return done;
}
}  // namespace

const property* property_of(std::string_view name) noexcept { return find_property(without_prefix(name)); }

std::string spelling(const option& o) {
    if (o.letter != 0) return std::string("-") + o.letter;
    return std::string("--").append(o.name);
}

namespace rows {
constinit const option brokers{'b', "brokers", "HOST[:PORT],…", "where to find the cluster; any of its brokers will do", take_brokers};
constinit const option topic{'t', "topic", "TOPIC", "the topic", add_topic};
constinit const option some_topics{'t', "topic", "TOPIC", "only this topic; may be given several times", add_topic};
constinit const option query{'t', "topic", "TOPIC:PARTITION:MS",
                             "find the first offset whose time is at least MS, milliseconds since 1970; -1 is the end of the log, -2 its "
                             "beginning; may be given several times",
                             add_topic};
constinit const option partition{'p', "partition", "N", "only this partition", number<&settings::partition, 0, any32>};
constinit const option random_partition{'p', "partition", "N",
                                        "the partition to write to; -1 draws one for each record; without it, "
                                        "the key decides (-X partitioner=…)",
                                        number<&settings::partition, -1, any32>};
constinit const option offset{'o', "offset", "OFFSET",
                              "where to begin: beginning (the default), end, an offset, -N (N records before the "
                              "end) or s@MS (milliseconds since 1970); and with e@MS, where to stop",
                              read_offset};
constinit const option count{'c', "count", "N", "stop after this many records", number<&settings::count, 0, any>};
constinit const option produce_count{'c', "count", "N", "stop after sending this many records", number<&settings::count, 0, any>};
constinit const option exit_at_end{'e', "exit", "", "stop at the end of each partition instead of waiting for more", turn_on<&settings::exit_at_end>};
constinit const option format{'f', "format", "FORMAT", "how to print a record, see below; takes the place of -D, -K and -O", take_format};
constinit const option json{'J', "json", "", "print JSON, one object on each line", turn_on<&settings::json>};
constinit const option key_delimiter{'K', "key-delimiter", "TEXT", "the key of each record ends at the first TEXT, its value follows",
                                     keep_delimiter<&settings::key_delimiter>};
constinit const option print_key{'K', "key-delimiter", "TEXT", "print the key and TEXT before each value", keep_delimiter<&settings::key_delimiter>};
constinit const option delimiter{'D', "delimiter", "TEXT", "what ends a record in the input, a line feed if not given; \\n \\t \\0 \\xNN as in C",
                                 keep_delimiter<&settings::delimiter>};
constinit const option print_delimiter{'D', "delimiter", "TEXT", "what to print after each record, a line feed if not given; '' for nothing",
                                       keep_unescaped<&settings::delimiter>};
constinit const option key{'k', "key", "TEXT", "the key of records in which -K finds none", keep<&settings::key>};
constinit const option header{'H', "header", "NAME=VALUE", "a header for all records; NAME alone has a null value; may be given several times",
                              take_header};
constinit const option compression{'z', "compression", "CODEC[:LEVEL]", "none, gzip, snappy, lz4 or zstd, and how hard: zstd:9", take_compression};
constinit const option send_null{'Z', "null", "", "send an empty value, and an empty key that -K finds, as null", turn_on<&settings::null>};
constinit const option print_null{'Z', "null", "", "print NULL for a null key or value", turn_on<&settings::null>};
constinit const option lines{'l', "lines", "", "split the file into records as standard input is; one file only", turn_on<&settings::lines>};
constinit const option tee{'T', "tee", "", "copy the input to standard output, as it is sent", turn_on<&settings::tee>};
constinit const option print_offset{'O', "print-offset", "", "print the offset before each record, and the delimiter of -K (a colon if not given)",
                                    turn_on<&settings::print_offset>};
constinit const option unbuffered{'u', "unbuffered", "", "write each record at once", turn_on<&settings::unbuffered>};
constinit const option raw{0, "raw", "",
                           "write control characters to a terminal as they are; they are escaped otherwise. Files and pipes "
                           "always get the bytes as they are",
                           turn_on<&settings::raw>};
constinit const option quiet{'q', "quiet", "", "say nothing but errors", turn_on<&settings::quiet>};
constinit const option verbose{'v', "verbose", "", "tell of connections, and of what goes wrong; twice is --trace", more_talk};
constinit const option trace{0, "trace", "",
                             "tell everything that is said to brokers, one line each: * connections, > requests, < their answers, = "
                             "understood, ! failures; with sizes and where the time went",
                             turn_on<&settings::trace>};
constinit const option property{'X', "property", "NAME=VALUE", "set a property by Kafka's or librdkafka's name; list prints all, dump what is set",
                                take_property};
constinit const option config{'F', "config", "FILE", "read properties, NAME=VALUE on each line; without it, the file that KWIRE_CONFIG names",
                              take_file};
constinit const option timeout{'m', "timeout", "TIME", "how long to wait for brokers and metadata: 500ms, 2s; a number alone is seconds (5)",
                               take_timeout};
constinit const option color{0, "color", "WHEN", "auto, always or never; NO_COLOR is honoured", take_color};
constinit const option help{'h', "help", "", "print this", turn_on<&settings::help>};
constinit const option listen{0, "listen", "HOST:PORT", "where to listen, 127.0.0.1:9092 if not given; port 0 takes a free one",
                              keep<&settings::listen>};
constinit const option advertise{0, "advertise", "HOST:PORT", "the address that clients are told, where it is not the one of --listen",
                                 keep<&settings::advertise>};
constinit const option partitions{0, "partitions", "N", "how many partitions a topic gets that is made on first use",
                                  number<&settings::partitions, 1, 100'000>};
constinit const option served_topic{'t', "topic", "TOPIC[:PARTITIONS]", "a topic that is there from the start; may be given several times",
                                    add_topic};
constinit const option imitate{0, "as", "RELEASE", "behave as 2.8, 3.9 or 4.3 (the default) of Apache Kafka where their versions differ",
                               take_profile};
constinit const option as_what{0, "as", "WHAT",
                               "request (the default: whole frames), response:API:VERSION, request-body:API:VERSION, "
                               "response-body:API:VERSION, data:NAME:VERSION or records",
                               keep<&settings::as>};
constinit const option tree_format{0, "format", "FORM", "tree (the default), line, json or hex", take_tree_format};
constinit const option api_version{'V', "version", "N", "only this version", number<&settings::api_version, 0, 32767>};
constinit const option diff{0, "diff", "N", "what changed since version N", number<&settings::diff, 0, 32767>};
constinit const option response{0, "response", "", "the answer instead of the request", turn_on<&settings::response>};
constinit const option records{0, "records", "", "each line is one records field", turn_on<&settings::records>};
constinit const option show_secrets{0, "show-secrets", "", "print passwords, tokens and the like, which are <redacted> otherwise",
                                    turn_on<&settings::show_secrets>};
}  // namespace rows
}  // namespace kwire::tool
