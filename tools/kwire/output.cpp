// SPDX-License-Identifier: Apache-2.0
#include "output.hpp"

#include <algorithm>
#include <cerrno>
#include <clocale>
#include <cstdlib>
#include <langinfo.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace kwire::tool {
namespace {
constexpr std::size_t enough = 64 * 1024;

bool write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const auto count = ::write(fd, text.data(), text.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return false;
        text.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

/// How many bytes the valid UTF-8 character at the beginning of `text` has; 0 if there is none.
std::size_t character(std::string_view text) noexcept {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned first = byte(0);
    if (first < 0x80) return 1;
    const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((byte(i) & 0xc0) != 0x80) return 0;
    // Overlong forms, surrogates, beyond U+10FFFF.
    if ((first == 0xe0 && byte(1) < 0xa0) || (first == 0xed && byte(1) > 0x9f)) return 0;
    if ((first == 0xf0 && byte(1) < 0x90) || (first == 0xf4 && byte(1) > 0x8f)) return 0;
    return length;
}
}  // namespace

terminal look_at(int descriptor, color_mode color) {
    terminal t;
    t.is_terminal = ::isatty(descriptor) == 1;
    const char* no_color = std::getenv("NO_COLOR");
    const char* kind = std::getenv("TERM");
    const bool dumb = !kind || std::string_view(kind) == "dumb";
    t.color = color == color_mode::always || (color == color_mode::automatic && t.is_terminal && !dumb && (!no_color || !*no_color));
    t.utf8 = std::string_view(::nl_langinfo(CODESET)) == "UTF-8";
    winsize size{};
    if (t.is_terminal && ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) t.columns = size.ws_col;
    if (const char* columns = std::getenv("COLUMNS")) {
        const int given = std::atoi(columns);
        if (given > 0) t.columns = given;
    }
    t.columns = std::clamp(t.columns, 40, 1000);
    return t;
}

std::string escaped(std::string_view text) {
    constexpr char digits[] = "0123456789abcdef";
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const auto length = character(text);
        const auto first = static_cast<unsigned char>(text[0]);
        const bool control = (first < 0x20 && first != '\n' && first != '\t') || first == 0x7f;
        const bool c1 = length == 2 && first == 0xc2 && static_cast<unsigned char>(text[1]) < 0xa0;
        const auto taken = length == 0 ? 1 : length;
        if (length == 0 || control || c1) {
            for (const char c : text.substr(0, taken)) {
                const auto byte = static_cast<unsigned char>(c);
                out += "\\x";
                out += digits[byte >> 4];
                out += digits[byte & 15];
            }
        } else {
            out += text.substr(0, taken);
        }
        text.remove_prefix(taken);
    }
    return out;
}

bool valid_utf8(std::string_view text) noexcept {
    while (!text.empty()) {
        const auto length = character(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

std::string for_locale(std::string_view text, const terminal& t) {
    std::string out(text);
    if (t.utf8) return out;
    constexpr std::pair<std::string_view, std::string_view> plain[] = {{"…", "..."}, {"±", "+/-"}};
    for (const auto& [from, to] : plain)
        for (auto at = out.find(from); at != out.npos; at = out.find(from, at + to.size())) out.replace(at, from.size(), to);
    return out;
}

std::string bold(std::string_view text, const terminal& t) {
    std::string out;
    if (t.color) out += "\x1b[1m";
    out += text;
    if (t.color) out += "\x1b[0m";
    return out;
}

void output::put(std::string_view text) {
    if (failure_ != 0) return;
    waiting_ += text;
    if (waiting_.size() >= enough) flush();
}

bool output::flush() {
    if (failure_ == 0 && !write_all(fd_, waiting_)) failure_ = errno;
    waiting_.clear();
    return failure_ == 0;
}

result<void> output::status() const {
    if (failure_ == 0 || failure_ == EPIPE) return {};
    return error(std::error_code(failure_, std::generic_category()), "write to standard output");
}

void talk::line(std::string_view text) const {
    std::string out = escaped(for_locale(text, shows_));
    out += '\n';
    write_all(2, out);  // if nobody can read it, there is nobody to tell
}

void talk::fail(const error& why) const { fail(why.message(), cure(why.code())); }

void talk::fail(std::string_view text, std::string_view next) const {
    std::string out = shows_.color ? "\x1b[1;31mkwire:\x1b[0m " : "kwire: ";
    out += escaped(for_locale(text, shows_));
    out += '\n';
    if (!next.empty()) out += "next: ", out += escaped(for_locale(next, shows_)), out += '\n';
    write_all(2, out);
}
}  // namespace kwire::tool
