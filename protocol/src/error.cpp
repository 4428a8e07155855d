// SPDX-License-Identifier: Apache-2.0
#include <kwire/protocol/error.hpp>

namespace kwire::inline v0 {
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
