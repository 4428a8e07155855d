// SPDX-License-Identifier: Apache-2.0
#include <kwire/broker/broker_thread.hpp>

#include <kwire/net/asio_environment.hpp>

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>

#include <future>
#include <thread>

namespace kwire::inline v0 {
struct broker_thread::inside {
    explicit inside(broker_options options) : env(make_asio_environment(io)), broker(*env, std::move(options)), bootstrap(broker.bootstrap()) {}

    asio::io_context io{1};
    std::unique_ptr<environment> env;
    embedded_broker broker;
    std::string bootstrap;
    asio::executor_work_guard<asio::io_context::executor_type> stay{io.get_executor()};
    std::thread thread;
};

broker_thread::broker_thread(broker_options options) : inside_(std::make_unique<inside>(std::move(options))) {
    inside_->thread = std::thread([in = inside_.get()] { in->io.run(); });
}

broker_thread::~broker_thread() {
    asio::post(inside_->io, [in = inside_.get()] {
        in->broker.stop();
        in->stay.reset();  // run() returns once every connection's coroutine has ended
    });
    inside_->thread.join();
}

std::string broker_thread::bootstrap() const { return inside_->bootstrap; }

void broker_thread::run_there(const std::function<void(embedded_broker&)>& f) {
    std::promise<void> over;
    asio::post(inside_->io, [&] {
        try {
            f(inside_->broker);
            over.set_value();
        } catch (...) { over.set_exception(std::current_exception()); }
    });
    over.get_future().get();
}
}  // namespace kwire
