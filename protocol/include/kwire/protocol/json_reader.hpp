// SPDX-License-Identifier: Apache-2.0
// Reads a JSON text from front to back, by asking for what should come next.
//
//     json_reader in(R"({"topics":["a","b"]})");
//     std::string name;
//     for (in.enter_object(); in.next_member(name);) …    // each member's value is taken or skipped
//
// Nothing is built of the text, and nesting costs no stack. A question that the text does not answer makes the reader fail
// for good: every later question is false, error() says what was wrong and where. A text nested deeper than 64 is refused.
// Thread-safety: one thread at a time.
// Source: RFC 8259.
#pragma once

#include <kwire/protocol/error.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kwire::inline v0 {
class json_reader {
  public:
    enum class kind { null, boolean, number, string, array, object, nothing };

    /// `text` is kept by reference.
    explicit json_reader(std::string_view text) : text_(text) {}

    /// What begins here; `nothing` at the end, after a failure, and before what is no value.
    kind peek();
    /// Bytes in front of what comes next.
    std::size_t offset() const noexcept { return at_; }

    bool take_null();
    bool take_boolean(bool& value);
    /// The number as it is spelled.
    bool take_number(std::string_view& spelled);
    /// The content, escapes resolved; half a surrogate pair becomes U+FFFD.
    bool take_string(std::string& content);
    /// Leaves out one value, however large.
    bool skip();

    bool enter_object();
    /// Goes to the next member and takes its name; false behind the last one, which leaves the object.
    bool next_member(std::string& name);
    bool enter_array();
    /// Goes to the next element; false behind the last one, which leaves the array.
    bool next_element();
    /// How many elements the array has that was just entered; looks ahead over it.
    std::size_t count_elements();

    /// True where nothing but blanks follows.
    bool finish();
    bool failed() const noexcept { return !why_.empty(); }
    /// Makes the reader fail, for one whose question was answered but not to the point.
    bool fail(std::string_view why);
    /// client_errc::malformed with the reason and the offset; only after a failure.
    kwire::error error() const;

  private:
    static constexpr std::size_t deepest = 64;
    void blanks();
    bool word(std::string_view w);
    bool expect(char c);
    bool open(char bracket);
    bool next(char closing);
    bool hex_digits(std::uint32_t& unit);
    bool escape(std::string& content);
    bool unicode_escape(std::string& content);

    std::string_view text_;
    std::size_t at_ = 0;
    std::vector<bool> begun_;  // a level each: was there an element already?
    std::string why_;
};
}  // namespace kwire
