// SPDX-License-Identifier: Apache-2.0
// A client's and a server's environment, once over loopback and once simulated, so that one test holds for both.
#pragma once

#include <kwire/net/asio_environment.hpp>
#include <kwire/net/simulation.hpp>

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>

#include <gtest/gtest.h>

namespace kwire {
struct world {
    virtual ~world() = default;
    virtual environment& client() = 0;
    virtual environment& server() = 0;
    virtual std::string server_name() = 0;
    virtual void run() = 0;  // until nothing is left to do
};
struct real_world final : world {
    asio::io_context io{1};
    std::unique_ptr<environment> env = make_asio_environment(io);
    environment& client() override { return *env; }
    environment& server() override { return *env; }
    std::string server_name() override { return "127.0.0.1"; }
    void run() override {
        io.restart();
        io.run_for(20s);
    }
};
struct simulated_world final : world {
    simulation sim{1};
    simulated_world() { sim.host("server"); }
    environment& client() override { return sim.host("client"); }
    environment& server() override { return sim.host("server"); }
    std::string server_name() override { return "server"; }
    void run() override { sim.run_until(sim.now() + 1h); }
};

class InBothWorlds : public ::testing::TestWithParam<bool> {
  protected:
    InBothWorlds() {
        if (GetParam()) w = std::make_unique<real_world>();
        else w = std::make_unique<simulated_world>();
    }
    std::unique_ptr<world> w;
};
inline std::string world_name(const ::testing::TestParamInfo<bool>& i) { return i.param ? "Real" : "Simulated"; }
}  // namespace kwire
