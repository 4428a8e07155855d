// SPDX-License-Identifier: Apache-2.0
// What is precompiled for all that awaits: Asio's narrow headers and what the standard adds to nearly every file. Files
// still include what they use: builds with KWIRE_PCH=OFF see to it.
#pragma once

#include <version>  // before Asio, whose configuration (aligned_alloc or not) else differs from that of other files

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/strand.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>
