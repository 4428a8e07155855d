// SPDX-License-Identifier: Apache-2.0
// Cuts a stream of bytes at a delimiter, in memory that one piece needs, however long the stream is.
//
//     record_splitter cut("\n", 1 << 20);
//     for (;;) {
//         while (const auto piece = cut.next()) use(*piece);
//         const auto room = cut.room();                        // nothing whole is left: read more
//         const auto n = read(fd, room.data(), room.size());
//         if (n == 0) break;
//         cut.filled(n);
//     }
//     if (const auto last = cut.rest()) use(*last);            // it lacks its delimiter
//
// No I/O, and linear: each byte is moved at most once for each time that the memory grows. Without a delimiter nothing is
// cut, and rest() has it all.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kwire::tool {
class record_splitter {
  public:
    static constexpr std::size_t least_room = 64 * 1024;

    /// `longest`: too_long() tells once a piece has more bytes than this.
    record_splitter(std::string delimiter, std::size_t longest) : delimiter_(std::move(delimiter)), longest_(longest) {}

    /// The next piece that is whole, without its delimiter. The view is good until room().
    std::optional<std::string_view> next();
    /// What follows the last delimiter; null if nothing does. It is taken thereby.
    std::optional<std::string_view> rest();
    /// Where to put what comes next: never empty. Call it when next() has nothing more.
    std::span<char> room();
    void filled(std::size_t count) { end_ += count; }
    /// The piece that is being gathered has more bytes than is allowed, and its end is not in sight.
    bool too_long() const noexcept { return end_ - begin_ > longest_ + delimiter_.size(); }

  private:
    std::string_view waiting() const { return std::string_view(memory_.data(), end_).substr(begin_); }

    const std::string delimiter_;
    const std::size_t longest_;
    std::vector<char> memory_;
    std::size_t begin_ = 0, end_ = 0;  // what was read and not handed out
    std::size_t searched_ = 0;         // no delimiter begins in so many bytes from begin_ on
};
}  // namespace kwire::tool
