// SPDX-License-Identifier: Apache-2.0
#include "verb.hpp"

#include <algorithm>

namespace kwire::tool {
namespace {
using namespace rows;
constexpr const option* produce_options[] = {
    &brokers, &topic,         &random_partition, &key,    &key_delimiter, &delimiter, &header,  &compression, &send_null, &lines,
    &tee,     &produce_count, &property,         &config, &timeout,       &quiet,     &verbose, &trace,       &color,     &rows::help};
constexpr const option* consume_options[] = {&brokers,   &topic,           &partition,  &offset,       &count,      &exit_at_end, &format,   &json,
                                             &print_key, &print_delimiter, &print_null, &print_offset, &unbuffered, &raw,         &property, &config,
                                             &timeout,   &quiet,           &verbose,    &trace,        &color,      &rows::help};
constexpr const option* metadata_options[] = {&brokers, &some_topics, &json,  &property, &config,    &timeout,
                                              &quiet,   &verbose,     &trace, &color,    &rows::help};
constexpr const option* offsets_options[] = {&brokers, &query, &json, &property, &config, &timeout, &quiet, &verbose, &trace, &color, &rows::help};
constexpr const option* api_versions_options[] = {&brokers, &json, &property, &config, &timeout, &quiet, &verbose, &trace, &color, &rows::help};
constexpr const option* serve_options[] = {&listen, &advertise, &served_topic, &partitions, &imitate, &quiet, &verbose, &color, &rows::help};
constexpr const option* error_options[] = {&json, &color, &rows::help};
constexpr const option* explain_options[] = {&rows::as_what, &tree_format, &show_secrets, &color, &rows::help};
constexpr const option* decode_options[] = {&records, &color, &rows::help};
constexpr const option* encode_options[] = {&color, &rows::help};
constexpr const option* schema_options[] = {&api_version, &diff, &response, &color, &rows::help};
constexpr const option* apis_options[] = {&json, &color, &rows::help};
constexpr const option* help_options[] = {&color, &rows::help};

constexpr verb table[] = {
    {"produce", 'P', "sends records from standard input or files", "-b HOST[:PORT] -t TOPIC [options] [FILE…]",
     "Each line of standard input is a record; empty lines are none. A FILE is one record as a whole (- is standard input), and then "
     "has no place for -K and -D; with -l its lines are records. Input of any length is sent in little memory. -K cuts each line into "
     "key and value; a line without the delimiter has the key of -k, or none. With -Z an empty value or key is null, so that 'key:' "
     "deletes a key in a compacted topic.\n"
     "Acks of all replicas in sync and idempotence are on; -X changes both. The first record that fails ends it: what follows in the "
     "input is not sent. The exit status is 0 only if every record was acknowledged. A signal ends the reading; what was read is "
     "acknowledged within -m, or counted as lost, and the status is 130 if anything was cut short.\n\n"
     "  seq 3 | kwire produce -b localhost:9092 -t orders\n"
     "  echo 'k1:hello' | kwire -b localhost:9092 -P -t orders -K: -z gzip\n"
     "  echo 'k1:' | kwire produce -b localhost:9092 -t orders -K: -Z -H reason=gone\n",
     produce_options, run_produce, true},
    {"consume", 'C', "prints the records of a topic", "-b HOST[:PORT] -t TOPIC [options]",
     "Begins at the beginning and waits for more, until -e, -c, -o e@MS or a signal ends it. It never creates the topic. A partition "
     "that cannot be read is told of and left, the others go on; the exit status is then 1. A reader that closes the pipe "
     "ends it with status 0.\n\n"
     "Formats, by record: %s value, %S its length (-1: null), %R the same as four bytes, %k key, %K its length, %t topic, %p partition, "
     "%o offset, %T timestamp in ms since 1970, %h headers, %% a percent sign, %{hex} the value in hex; by its batch: %{crc} checksum, "
     "%{pid} producer id, %{epoch} producer epoch, %{codec} compression, %{topic_id} the topic's id. \\n \\t \\0 \\xNN as in C. "
     "-J has one object on each line, kcat's, and payload_hex and key_hex where the bytes are no UTF-8.\n\n"
     "  kwire consume -b localhost:9092 -t orders -o -10 -e\n"
     "  kwire -b localhost:9092 -C -t orders -o beginning -e -q -f '%k=%s\\n'\n"
     "  kwire consume -b localhost:9092 -t orders -o s@$(date -d yesterday +%s000) -o e@$(date +%s000) -e -J\n",
     consume_options, run_consume},
    {"metadata", 'L', "brokers, topics, partitions and who leads them", "-b HOST[:PORT] [-t TOPIC]… [options]",
     "The form is kcat's, also with -J. Topics that do not exist are not created; one that was asked for and is not there makes "
     "the exit status 1.\n\n"
     "  kwire metadata -b localhost:9092\n"
     "  kwire -b localhost:9092 -L -J | jq '.topics[].topic'\n",
     metadata_options, run_metadata},
    {"offsets", 'Q', "where logs begin, end, or reach a point in time", "-b HOST[:PORT] -t TOPIC:PARTITION:MS… [options]",
     "MS is milliseconds since 1970, or -1 for the end of the log, -2 for its beginning, -3 for the record with the highest time "
     "(Kafka 3.0 and later). An offset of -1 says that no record is as young as that.\n\n"
     "  kwire offsets -b localhost:9092 -t orders:0:-1\n"
     "  kwire -b localhost:9092 -Q -t orders:0:$(date -d yesterday +%s000)\n",
     offsets_options, run_offsets},
    {"api-versions", 0, "which requests a broker takes, in which versions", "-b HOST[:PORT] [options]",
     "broker: the versions that the broker says it takes. kwire: those that this program knows. use: the one that it would "
     "speak with this broker. flexible: since which version lengths are compact and fields can be tagged.\n\n"
     "  kwire api-versions -b localhost:9092\n",
     api_versions_options, run_api_versions},
    {"serve", 0, "a small broker, in memory, for trying things out and for tests", "[--listen HOST:PORT] [-t TOPIC[:PARTITIONS]]… [options]",
     "The first line on standard output is 'listening on HOST:PORT'. Topics are made on first use. There are no groups and no "
     "transactions, and nothing is kept when it ends. It ends on SIGINT or SIGTERM, with status 0.\n\n"
     "  kwire serve --listen 127.0.0.1:0 --topic orders:3\n",
     serve_options, run_serve},
    {"error", 0, "what an error code of Kafka means, and what to do", "[CODE|NAME…]",
     "Without a code, all of them are listed; r marks those where a retry can help.\n\n"
     "  kwire error 6\n"
     "  kwire error NOT_ENOUGH_REPLICAS UNKNOWN_TOPIC_OR_PARTITION\n",
     error_options, run_error, true},
    {"explain", 0, "every byte of a frame: which field owns it, and what it means", "[FILE|HEX…|-]",
     "Reads hex in any usual spelling (also the dumps of xxd, hexdump -C and Wireshark), base64 or the bytes themselves. The form "
     "json has one object for each frame; its spans are [offset, size] and cover all bytes. Of bytes that do not add up it names the "
     "usual mistake that fits them and the place to mend it, and of what is not Kafka who speaks there. Passwords, tokens and "
     "their like are <redacted>. The exit status is 3 if something is odd about the bytes, 4 if they cannot be read.\n\n"
     "  kwire explain 00000013 0012 0000 00000001 0009 6b776972652d636c69\n"
     "  kwire explain --as response-body:Metadata:12 --format json answer.bin\n",
     explain_options, run_explain, true},
    {"decode", 0, "messages from hex to JSON, line by line", "[--records]",
     "Reads lines of KEY_OR_NAME, VERSION, request, response or data, and HEX, with tabs in between; or whole request frames in hex. "
     "Each gives one line of Kafka's JSON. A bad line gives error, a tab and the reason, and the exit status 4 in the end.\n\n"
     "  printf 'Metadata\\t12\\trequest\\t00000000\\n' | kwire decode\n",
     decode_options, run_decode, true},
    {"encode",
     0,
     "messages from JSON to hex, line by line",
     {},
     "The inverse of decode: KEY_OR_NAME, VERSION, request, response or data, and JSON. Fields that are missing have their "
     "defaults.\n\n"
     "  printf 'Metadata\\t12\\trequest\\t{\"topics\":[]}\\n' | kwire encode\n",
     encode_options,
     run_encode,
     true},
    {"schema", 0, "what a message looks like: fields, types, versions, meaning", "API|NAME [options]",
     "Without a version, the fields of all versions are listed.\n\n"
     "  kwire schema Fetch -V 18 --diff 17\n"
     "  kwire schema ConsumerProtocolSubscription\n",
     schema_options, run_schema, true},
    {"apis", 0, "the APIs that kwire reads and writes, and their versions", {}, {}, apis_options, run_apis},
    {"help", 0, "the options of a verb, or this overview", "[VERB…]", {}, help_options, run_help, true},
};
}  // namespace

std::span<const verb> verbs() noexcept { return table; }

const verb* find_verb(std::string_view name) noexcept {
    const auto found = std::ranges::find(table, name, &verb::name);
    return found != std::end(table) ? found : nullptr;
}

int wrong_usage(const talk& say, std::string_view verb_name, std::string_view text, std::string_view next) {
    std::string message;
    if (!verb_name.empty()) message += verb_name, message += ": ";
    message += text;
    std::string page = "see kwire help";
    if (!verb_name.empty()) page += ' ', page += verb_name;
    say.fail(message, next.empty() ? page : next);
    return exit_code::usage;
}

int failed(const talk& say, const error& why) {
    say.fail(why);
    return why == client_errc::invalid_configuration ? exit_code::usage : exit_code::failed;
}
}  // namespace kwire::tool
