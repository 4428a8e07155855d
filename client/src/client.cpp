// SPDX-License-Identifier: Apache-2.0
#include <kwire/client/client.hpp>

#include <kwire/net/asio_environment.hpp>

#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/strand.hpp>

namespace kwire::inline v0 {
namespace {
// A core lives until its last coroutine has ended; on its own strand, where closing belongs.
void close_soon(std::shared_ptr<client_core> core) {
    if (!core) return;
    const auto strand = core->strand();
    asio::post(strand, [core = std::move(core)] { core->close(); });
}

task<result<void>> closing(std::shared_ptr<client_core> core, clock::time_point deadline) {
    co_await core->close(deadline);
    co_return result<void>();
}
task<void> close_client(std::shared_ptr<client_core> core, clock::time_point deadline) {
    const auto closed = co_await client_core::enter(core, closing(core, deadline));
    (void)closed;  // closing cannot fail
}
template <class T> task<T> entered(std::shared_ptr<client_core> core, task<T> work) {
    auto got = co_await client_core::enter(core, std::move(work));
    co_return std::move(got);
}
}  // namespace

result<client> client::make(asio::any_io_executor where, client_options options, std::shared_ptr<client_observer> watch) {
    if (auto ok = check(options); !ok) return std::move(ok).error();
    auto env = make_asio_environment(asio::make_strand(where));
    environment& here = *env;
    return client(client_core::make(here, std::move(env), std::move(options), std::move(watch)));
}
result<client> client::make(asio::io_context& where, client_options options, std::shared_ptr<client_observer> watch) {
    return make(asio::any_io_executor(where.get_executor()), std::move(options), std::move(watch));
}
result<client> client::make(environment& where, client_options options, std::shared_ptr<client_observer> watch) {
    if (auto ok = check(options); !ok) return std::move(ok).error();
    return client(client_core::make(where, nullptr, std::move(options), std::move(watch)));
}

client& client::operator=(client&& other) noexcept {
    if (this != &other) {
        close_soon(std::move(core_));
        core_ = std::move(other.core_);
    }
    return *this;
}
client::~client() { close_soon(std::move(core_)); }

task<result<topic_metadata>> client::topic(std::string name, clock::time_point deadline) const {
    return entered(core_, core_->topic(std::move(name), deadline));
}
task<result<cluster_metadata>> client::cluster(clock::time_point deadline, std::optional<std::vector<std::string>> topics) const {
    return entered(core_, core_->cluster(std::move(topics), deadline));
}
task<void> client::close(clock::time_point deadline) const { return close_client(core_, deadline); }
}  // namespace kwire
