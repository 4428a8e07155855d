// SPDX-License-Identifier: Apache-2.0
// Where the command writes: data to stdout, talk to stderr.
//
// Data goes out as it is when stdout is a file or a pipe. On a terminal, what comes from brokers and records is escaped
// unless --raw was given: a record must not be able to move the cursor or to retitle the window. Talk is always escaped.
// UTF-8 of our own (…, ±) is written only in a UTF-8 locale.
#pragma once

#include <kwire/protocol/error.hpp>

#include <string>
#include <string_view>

namespace kwire::tool {
/// What a stream can show; asked once.
struct terminal {
    bool is_terminal = false, color = false, utf8 = false;
    int columns = 80;
};
enum class color_mode { automatic, always, never };
/// Honours NO_COLOR, TERM=dumb, COLUMNS and the locale.
terminal look_at(int descriptor, color_mode color);

/// C0 but line feed and tab, DEL, C1 and what is not UTF-8 become \xNN.
std::string escaped(std::string_view text);
bool valid_utf8(std::string_view text) noexcept;
/// `text`, in ASCII where the terminal has no UTF-8.
std::string for_locale(std::string_view text, const terminal& t);
/// `text` between the codes for bold, if colours are on.
std::string bold(std::string_view text, const terminal& t);

/// Standard output, in large pieces. A reader that has gone away is not a failure; a full disk is.
class output {
  public:
    explicit output(int descriptor, color_mode color = color_mode::automatic) : fd_(descriptor), shows_(look_at(descriptor, color)) {}
    ~output() { flush(); }
    output(const output&) = delete;
    output& operator=(const output&) = delete;

    void put(std::string_view text);
    bool flush();
    /// False once nothing more can be written.
    bool good() const noexcept { return failure_ == 0; }
    /// Set if it is not the reader who closed the pipe.
    result<void> status() const;
    const terminal& shows() const noexcept { return shows_; }
    void set_color(color_mode color) { shows_ = look_at(fd_, color); }

  private:
    int fd_;
    int failure_ = 0;  // errno
    terminal shows_;
    std::string waiting_;
};

/// Standard error.
class talk {
  public:
    explicit talk(color_mode color = color_mode::automatic) : shows_(look_at(2, color)) {}
    /// One line for people.
    void line(std::string_view text) const;
    /// "kwire: …" with the whole story, and what to do next where there is something to say.
    void fail(const error& why) const;
    void fail(std::string_view text, std::string_view next = {}) const;
    const terminal& shows() const noexcept { return shows_; }
    void set_color(color_mode color) { shows_ = look_at(2, color); }

  private:
    terminal shows_;
};
}  // namespace kwire::tool
