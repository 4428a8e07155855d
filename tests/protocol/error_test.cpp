// SPDX-License-Identifier: Apache-2.0
#include <kwire/protocol/error.hpp>

#include <gtest/gtest.h>

#include <memory>

namespace kwire::error_test {
TEST(Error, TellsItsStoryOutermostFirst) {
    const auto e = error(errc::not_leader_or_follower, "Produce v13").within("failed to send to orders");
    EXPECT_TRUE(e.message().starts_with("failed to send to orders: Produce v13: NOT_LEADER_OR_FOLLOWER (6)")) << e.message();
    EXPECT_TRUE(e.retriable());
    EXPECT_EQ(e, errc::not_leader_or_follower);
}

TEST(Error, DoesNotRepeatWhatItsStorySaysAlready) {
    EXPECT_EQ(error(client_errc::closed, "the producer is closed").message(), "the producer is closed");
    EXPECT_EQ(error(client_errc::closed, "send").message(), "send: closed");
    EXPECT_EQ(error(client_errc::closed).message(), "closed");
}

// Each one that was made ends exactly once.
struct counted {
    explicit counted(int n) : number(n) { ++alive; }
    counted(const counted& other) : number(other.number) { ++alive; }
    counted(counted&& other) noexcept : number(std::exchange(other.number, 0)) { ++alive; }
    ~counted() { --alive; }
    int number;
    inline static int alive = 0;
};

TEST(Result, EndsWhatItHoldsOnceWhateverItIsGiven) {
    const error failed(client_errc::closed, "send");
    {
        result<counted> a(counted(1)), b(failed), c(a), d(b);
        EXPECT_EQ(counted::alive, 2);
        b = a;  // an error becomes a value, and back
        a = d;
        EXPECT_EQ(b->number, 1);
        EXPECT_EQ(a.error().message(), "send: closed");
        d = std::move(b);
        EXPECT_EQ(d->number, 1);
        d = std::as_const(d);
        EXPECT_EQ(d->number, 1);
        c = std::move(a);
        EXPECT_FALSE(c);
        EXPECT_EQ(std::move(d).value_or(counted(2)).number, 1);
        EXPECT_EQ(std::move(c).value_or(counted(2)).number, 2);
    }
    EXPECT_EQ(counted::alive, 0);
}

TEST(Result, OfWhatCannotBeCopiedIsMoved) {
    result<std::unique_ptr<int>> a(std::make_unique<int>(5)), b(client_errc::closed);
    b = std::move(a);
    EXPECT_EQ(**b, 5);
    EXPECT_EQ(*std::move(b).value(), 5);
    EXPECT_FALSE((std::is_copy_constructible_v<result<std::unique_ptr<int>>>));
}

TEST(Result, ThrowsItsErrorWhereAValueIsInsistedOn) {
    const result<int> good(5), bad(error(client_errc::closed, "send"));
    EXPECT_EQ(good.value(), 5);
    const auto why = [](const auto& r) {
        try {
            r.value();
        } catch (const failure& f) { return f.why().message() + (f.code() == client_errc::closed ? "" : ", but not its code"); }
        return std::string("nothing");
    };
    EXPECT_EQ(why(bad), "send: closed");
    EXPECT_EQ(why(result<void>()), "nothing");
    EXPECT_EQ(why(result<void>(client_errc::closed)), "closed");
}

#ifndef NDEBUG
TEST(ResultDeathTest, EndsABuildWithAssertionsWhenAskedForWhatIsNotThere) {
    result<int> good(5), bad(client_errc::closed);
    EXPECT_DEATH(static_cast<void>(*bad), "failed_");
    EXPECT_DEATH(static_cast<void>(good.error()), "failed_");
}
#endif
}  // namespace kwire::error_test
