// SPDX-License-Identifier: Apache-2.0
#include <kwire/protocol/error.hpp>

namespace kwire::inline v0 {
error::error(std::error_code code) : code_(code) {}
error::error(std::error_code code, std::string what) : code_(code), context_(std::move(what)) {}
error::error(const error&) = default;
error::error(error&&) noexcept = default;
error& error::operator=(const error&) = default;
error& error::operator=(error&&) noexcept = default;
error::~error() = default;

void detail::throw_failure(const error& e) { throw failure(e); }

std::string error::message() const {
    std::string text = context_, code = code_.message();
    if (text.ends_with(' ' + code)) return text;  // "the producer is closed" says it
    if (!text.empty()) text += ": ";
    text += code;
    return text;
}

error& error::within(std::string_view what) & {
    std::string text(what);
    if (!context_.empty()) {
        text += ": ";
        text += context_;
    }
    context_ = std::move(text);
    return *this;
}
}  // namespace kwire
