// SPDX-License-Identifier: Apache-2.0
#include <kwire/protocol/json_reader.hpp>

#include <algorithm>

namespace kwire::inline v0 {
namespace {
bool is_digit(char c) { return c >= '0' && c <= '9'; }

void append_utf8(std::string& out, std::uint32_t c) {
    const auto tail = [&](int shift) { out += static_cast<char>(0x80 | (c >> shift & 0x3f)); };
    if (c < 0x80) out += static_cast<char>(c);
    else if (c < 0x800) out += static_cast<char>(0xc0 | c >> 6), tail(0);
    else if (c < 0x10000) out += static_cast<char>(0xe0 | c >> 12), tail(6), tail(0);
    else out += static_cast<char>(0xf0 | c >> 18), tail(12), tail(6), tail(0);
}

// The size of the number at the front of `text`; 0 if there is none.
std::size_t number_size(std::string_view text) {
    std::size_t i = 0;
    const auto is = [&](std::string_view any) { return i < text.size() && any.find(text[i]) != any.npos; };
    const auto digits = [&] {
        const std::size_t from = i;
        while (i < text.size() && is_digit(text[i])) ++i;
        return i > from;
    };
    if (is("-")) ++i;
    if (is("0")) ++i;
    else if (!digits()) return 0;
    if (is(".")) {
        ++i;
        if (!digits()) return 0;
    }
    if (is("eE")) {
        ++i;
        if (is("+-")) ++i;
        if (!digits()) return 0;
    }
    return i;
}
}  // namespace

bool json_reader::fail(std::string_view why) {
    if (why_.empty()) why_ = why;
    return false;
}

kwire::error json_reader::error() const {
    std::string what = why_;
    what += " at offset " + std::to_string(at_) + " of the JSON text";
    return kwire::error(client_errc::malformed, std::move(what));
}

void json_reader::blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r')) ++at_;
}

json_reader::kind json_reader::peek() {
    if (failed()) return kind::nothing;
    blanks();
    if (at_ == text_.size()) return kind::nothing;
    switch (text_[at_]) {
        case 'n': return kind::null;
        case 't':
        case 'f': return kind::boolean;
        case '"': return kind::string;
        case '[': return kind::array;
        case '{': return kind::object;
        default: return text_[at_] == '-' || is_digit(text_[at_]) ? kind::number : kind::nothing;
    }
}

bool json_reader::word(std::string_view w) {
    if (!text_.substr(at_).starts_with(w)) return fail("not a JSON value");
    at_ += w.size();
    return true;
}

bool json_reader::expect(char c) {
    if (failed()) return false;
    blanks();
    if (at_ < text_.size() && text_[at_] == c) return ++at_, true;
    return fail(std::string("expected '").append(1, c) += at_ == text_.size() ? "', not the end," : "'");
}

bool json_reader::take_null() { return peek() == kind::null ? word("null") : fail("expected null"); }

bool json_reader::take_boolean(bool& value) {
    if (peek() != kind::boolean) return fail("expected true or false");
    value = text_[at_] == 't';
    return word(value ? "true" : "false");
}

bool json_reader::take_number(std::string_view& spelled) {
    if (peek() != kind::number) return fail("expected a number");
    const auto size = number_size(text_.substr(at_));
    if (size == 0) return fail("not a number");
    spelled = text_.substr(at_, size);
    at_ += size;
    return true;
}

bool json_reader::take_string(std::string& content) {
    content.clear();
    if (peek() != kind::string) return fail("expected a string");
    ++at_;
    while (at_ < text_.size()) {
        const char c = text_[at_];
        if (c == '"') return ++at_, true;
        if (static_cast<std::uint8_t>(c) < 0x20) return fail("a control character in a string");
        if (c != '\\') {
            content += c;
            ++at_;
        } else if (++at_; !escape(content)) {
            return false;
        }
    }
    return fail("a string without its closing quote");
}

bool json_reader::escape(std::string& content) {
    static constexpr std::string_view letters = "\"\\/bfnrt", meanings = "\"\\/\b\f\n\r\t";
    if (at_ == text_.size()) return fail("a string without its closing quote");
    const char c = text_[at_++];
    if (c == 'u') return unicode_escape(content);
    const auto found = letters.find(c);
    if (found == letters.npos) return --at_, fail("an escape that JSON does not have");
    content += meanings[found];
    return true;
}

bool json_reader::hex_digits(std::uint32_t& unit) {
    unit = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
        const char c = at_ < text_.size() ? text_[at_] : ' ';
        const char lower = static_cast<char>(c | 0x20);
        if (is_digit(c)) unit = unit << 4 | static_cast<std::uint32_t>(c - '0');
        else if (lower >= 'a' && lower <= 'f') unit = unit << 4 | static_cast<std::uint32_t>(lower - 'a' + 10);
        else return fail("\\u without four hex digits");
    }
    return true;
}

bool json_reader::unicode_escape(std::string& content) {
    std::uint32_t unit = 0, low = 0;
    if (!hex_digits(unit)) return false;
    if (unit >= 0xd800 && unit < 0xdc00 && text_.substr(at_).starts_with("\\u")) {
        const auto behind = at_;
        at_ += 2;
        if (!hex_digits(low)) return false;
        if (low >= 0xdc00 && low < 0xe000) unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
        else at_ = behind;  // the next escape stands for itself
    }
    append_utf8(content, unit >= 0xd800 && unit < 0xe000 ? 0xfffd : unit);
    return true;
}

bool json_reader::open(char bracket) {
    if (!expect(bracket)) return false;
    if (begun_.size() == deepest) return fail("nested deeper than 64");
    begun_.push_back(false);
    return true;
}

// Behind a value or an opening bracket: is there another one in this array or object?
bool json_reader::next(char closing) {
    if (failed()) return false;
    blanks();
    if (at_ < text_.size() && text_[at_] == closing) return ++at_, begun_.pop_back(), false;
    if (begun_.back() && !expect(',')) return false;
    begun_.back() = true;
    return peek() != kind::nothing || fail(at_ == text_.size() ? "the text ends inside of brackets" : "not a JSON value");
}

bool json_reader::enter_object() { return peek() == kind::object ? open('{') : fail("expected an object"); }
bool json_reader::enter_array() { return peek() == kind::array ? open('[') : fail("expected an array"); }
bool json_reader::next_element() { return next(']'); }
bool json_reader::next_member(std::string& name) { return next('}') && take_string(name) && expect(':'); }

bool json_reader::skip() {
    const std::size_t level = begun_.size();
    std::vector<bool> objects;  // which of the levels that were entered here
    std::string content;
    std::string_view spelled;
    bool truth = false;
    do {
        switch (peek()) {
            case kind::null: take_null(); break;
            case kind::boolean: take_boolean(truth); break;
            case kind::number: take_number(spelled); break;
            case kind::string: take_string(content); break;
            case kind::array:
                enter_array();
                objects.push_back(false);
                break;
            case kind::object:
                enter_object();
                objects.push_back(true);
                break;
            case kind::nothing: fail("expected a value");
        }
        if (failed()) return false;
        while (begun_.size() > level && !(objects.back() ? next_member(content) : next_element())) {
            if (failed()) return false;
            objects.pop_back();
        }
    } while (begun_.size() > level);
    return true;
}

std::size_t json_reader::count_elements() {
    const json_reader here = *this;
    std::size_t n = 0;
    while (next_element() && skip()) ++n;
    if (!failed()) *this = here;
    return n;
}

bool json_reader::finish() {
    if (failed()) return false;
    blanks();
    return at_ == text_.size() || fail("text behind the value");
}
}  // namespace kwire
