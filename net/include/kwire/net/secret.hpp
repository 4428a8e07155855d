// SPDX-License-Identifier: Apache-2.0
// Text that must not outlive its use and is never printed: passwords, tokens, keys.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace kwire::inline v0 {
/// Overwrites memory with zeros; the compiler does not leave it out although nobody reads them.
void wipe(void* memory, std::size_t size) noexcept;
/// All of its memory, also what it holds beyond size(); the text is empty then.
void wipe(std::string& text) noexcept;

/// It has no operator<<, and properties show it as <redacted>; reading it is spelled out. Its memory is zeroed when it is
/// destroyed, assigned to or moved from.
class secret {
  public:
    secret() = default;
    explicit secret(std::string text) : text_(std::move(text)) { wipe(text); }
    secret(const secret&) = default;
    secret(secret&& other) noexcept : text_(std::move(other.text_)) { wipe(other.text_); }
    secret& operator=(secret other) noexcept {
        text_.swap(other.text_);
        return *this;
    }
    ~secret() { wipe(text_); }
    bool empty() const noexcept { return text_.empty(); }
    const std::string& reveal() const noexcept { return text_; }
    /// Whether `text` tells it; an empty one is told by nothing.
    bool is_in(std::string_view text) const noexcept { return !text_.empty() && text.find(text_) != text.npos; }

  private:
    std::string text_;
};
}  // namespace kwire
