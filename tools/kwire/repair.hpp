// SPDX-License-Identifier: Apache-2.0
// The usual mistakes of whoever writes frames by hand: which one explains bytes that do not add up?
#pragma once

#include "explain.hpp"

namespace kwire::tool {
/// The one small change after which every byte of the frame (or body) has a meaning: a header's or structure's tag buffer
/// that is missing or too many, lengths of the old form or without the one that compact ones add, a wrong length word, another
/// version's bytes. Where several would do, the one whose fields make most sense. Nothing if none does.
///
///     KW-HDR-TAGS    the tag buffer of the header        KW-OFF-BY-ONE  compact lengths that are not count + 1
///     KW-HDR-CLIENT  a compact client id                 KW-OLD-FORM    int16 and int32 lengths in a flexible version
///     KW-TAGS        the tag buffer of a structure       KW-NEW-FORM    compact lengths in a version that is not flexible
///     KW-LENGTH      the length in front of the frame    KW-VERSION     the bytes are those of another version
std::optional<finding> find_repair(bytes input, const explanation& e, const reading_as& as);
}  // namespace kwire::tool
