// SPDX-License-Identifier: Apache-2.0
// The embedded broker as a user starts it.
#pragma once

#include "program.hpp"

namespace kwire::testing {
/// kwire serve on a free port, until it goes out of scope.
class served {
  public:
    explicit served(std::vector<std::string> more = {}) : broker_(words(std::move(more))) {
        const auto& out = broker_.wait_for("\n");
        const auto begin = std::string("listening on ").size();
        if (out.starts_with("listening on ")) address_ = out.substr(begin, out.find('\n') - begin);
    }
    const std::string& address() const { return address_; }
    program& process() { return broker_; }

  private:
    static std::vector<std::string> words(std::vector<std::string> more) {
        std::vector<std::string> all{kwire_program, "serve", "--listen", "127.0.0.1:0"};
        all.insert(all.end(), more.begin(), more.end());
        return all;
    }
    program broker_;
    std::string address_;
};
}  // namespace kwire::testing
