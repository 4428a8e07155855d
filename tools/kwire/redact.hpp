// SPDX-License-Identifier: Apache-2.0
// Which bytes of a message are for nobody's eyes. Layouts mark what is always secret; here is what depends on the message.
#pragma once

#include <kwire/protocol/shape.hpp>

#include <string_view>

namespace kwire::tool {
/// Is the value of this configuration a password, key or token? Told by the name, as Kafka's own configurations are named.
bool sensitive_config(std::string_view name);
/// Puts <redacted> in place of the values of sensitive configurations, wherever a structure has a Name and a Value.
void hide_configs(const shape& s, void* object);
/// May a message of this shape hold any secret at all? Then bytes that no field owns are not shown either.
bool may_hold_secrets(const shape& s);
}  // namespace kwire::tool
