// SPDX-License-Identifier: Apache-2.0
// How a record is printed: kcat's tokens, and ours in braces for what is on the wire beside it.
//
// A format is read once into pieces and then rendered record by record, appended to the caller's text.
#pragma once

#include <kwire/protocol/codec_id.hpp>
#include <kwire/protocol/error.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kwire::tool {
/// A record with where it comes from; views into the fetched batch.
struct shown_record {
    std::string_view topic, topic_id;  // topic_id in Kafka's base64 form, empty if it is not known
    std::int32_t partition = -1, broker = -1;
    std::int64_t offset = -1, timestamp = -1;
    enum class timestamp_kind { create, log_append, unknown } timestamp_type = timestamp_kind::unknown;
    std::optional<std::string_view> key, value;
    struct header {
        std::string_view name;
        std::optional<std::string_view> value;
    };
    std::vector<header> headers;

    std::uint32_t crc = 0;  // of its batch, as are the rest
    std::int64_t producer_id = -1;
    std::int16_t producer_epoch = -1;
    codec compression = codec::none;
};

struct print_options {
    bool null_as_word = false;  // -Z: NULL for what is null
    bool escape = false;        // the reader is a terminal
};

class record_format {
  public:
    /// Fails with invalid_argument and names the token and its place.
    static result<record_format> parse(std::string_view text);
    /// What is printed without -f: the value, the key and the offset before it where a delimiter asks for them.
    static record_format plain(std::optional<std::string> key_delimiter, bool with_offset, std::string delimiter);
    void render(const shown_record& r, const print_options& how, std::string& out) const;

  private:
    enum class token : std::uint8_t {
        literal,
        value,
        value_length,
        value_length_binary,
        key,
        key_length,
        topic,
        partition,
        offset,
        timestamp,
        headers,
        crc,
        producer_id,
        producer_epoch,
        compression,
        topic_id,
        hex
    };
    struct piece {
        token what;
        std::string text;  // of a literal
    };
    void add(token what) { pieces_.push_back({what, {}}); }
    void add(std::string text);
    result<std::size_t> add_token(std::string_view text, std::size_t at);

    std::vector<piece> pieces_;
};

/// kcat's JSON envelope, one object on one line without its line feed. What is not UTF-8 has its bytes repaired in the
/// string and whole in hex beside it (payload_hex, key_hex).
void render_json(const shown_record& r, std::string& out);
/// `text` as a JSON string with its quotes.
void put_json_string(std::string_view text, std::string& out);

/// Reads \n \r \t \\ \0 and \xNN; any other \c is c.
std::string unescape(std::string_view text);
}  // namespace kwire::tool
