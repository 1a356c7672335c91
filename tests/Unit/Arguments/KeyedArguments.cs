using System.Net;
using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Unit.Arguments;

public class KeyedArguments
{
    private readonly ManualClock _clock = new();

    public static TheoryData<string> Kinds => ["Bucket", "Fixed", "Sliding", "Slots"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Permits_that_a_key_could_never_have_are_refused_and_take_nothing(string kind)
    {
        using KeyedLimiter limiter = Create(kind);
        foreach (int permits in (int[])[-1, int.MinValue, 11, int.MaxValue])
        {
            const string Allowed = "from 0 to 10";
            Expect.OutOfRange("permits", permits, Allowed, () => limiter.TryAcquire("key", permits));
            Expect.OutOfRange("permits", permits, Allowed, () => limiter.TryAcquire("key".AsSpan(), permits));
            Expect.OutOfRange("permits", permits, Allowed, () => limiter.TryAcquire(1, permits));
            Expect.OutOfRange("permits", permits, Allowed, () => limiter.Attempt("key", permits));
            Expect.OutOfRange("permits", permits, Allowed, () => limiter.Peek("key", permits));
        }

        Assert.Equal(10, limiter.Peek("key").Remaining);
        Assert.Equal(10, limiter.Peek(1).Remaining);
        Assert.Equal(0, limiter.Count);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Zero_permits_ask_whether_one_would_be_granted_and_take_nothing(string kind)
    {
        using KeyedLimiter limiter = Create(kind);
        Assert.True(limiter.TryAcquire("key", 0));
        Assert.True(limiter.Attempt("key", 0).Allowed);
        Assert.Equal(10, limiter.Peek("key", 0).Remaining);
        Assert.True(limiter.TryAcquire("key", 10));
        Assert.False(limiter.TryAcquire("key", 0));
        Assert.False(limiter.Attempt("key", 0).Allowed);
        Assert.False(limiter.Peek("key", 0).Allowed);
        Assert.True(limiter.TryAcquire("other", 0));
        Assert.Equal(1, limiter.GetMetrics().TotalAcquisitions);
        Assert.Equal(0, limiter.GetMetrics().Refusals);
    }

    [Fact]
    public void Keys_must_not_be_null()
    {
        using KeyedLimiter limiter = Create("Bucket");
        Expect.Null("key", () => limiter.TryAcquire((string)null!));
        Expect.Null("key", () => limiter.Attempt((string)null!));
        Expect.Null("key", () => limiter.Peek((IPAddress)null!));
        Assert.Equal(0, limiter.Count);
    }

    [Fact]
    public void An_empty_key_is_a_key()
    {
        using KeyedLimiter limiter = Create("Bucket");
        Assert.True(limiter.TryAcquire("", 10));
        Assert.False(limiter.TryAcquire(""));
        Assert.False(limiter.TryAcquire(default(LimiterKey)));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_disposed_limiter_says_so(string kind)
    {
        KeyedLimiter limiter = Create(kind);
        limiter.Dispose();
        limiter.Dispose();
        Assert.Throws<ObjectDisposedException>(() => limiter.TryAcquire("key"));
        Assert.Throws<ObjectDisposedException>(() => limiter.TryAcquire("key", 0));
        Assert.Throws<ObjectDisposedException>(() => limiter.TryAcquire("key".AsSpan()));
        Assert.Throws<ObjectDisposedException>(() => limiter.TryAcquire(1));
        Assert.Throws<ObjectDisposedException>(() => limiter.Attempt("key"));
        Assert.Throws<ObjectDisposedException>(() => limiter.Peek("key"));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Refunds_settlements_and_releases_check_their_figures(string kind)
    {
        using KeyedLimiter limiter = Create(kind);
        Assert.True(limiter.TryAcquire("key", 4));
        Expect.OutOfRange("permits", -1, "at least 0", () => limiter.Refund("key", -1));
        Expect.OutOfRange("granted", -1, "at least 0", () => limiter.Settle("key", -1, 1));
        Expect.OutOfRange("actual", -1, "at least 0", () => limiter.Settle("key", 1, -1));
        Expect.OutOfRange("permits", 0, "at least 1", () => limiter.Release("key", 0));
        Assert.Equal(6, limiter.Peek("key").Remaining);
    }

    [Fact]
    public void Slots_of_a_key_that_nobody_has_cannot_be_given_back()
    {
        using KeyedLimiter limiter = Create("Slots");
        Assert.True(limiter.TryAcquire("key", 4));
        Assert.Throws<SemaphoreFullException>(() => limiter.Release("key", 5));
        Assert.Throws<SemaphoreFullException>(() => limiter.Release("unknown"));
        Assert.Equal(6, limiter.Peek("key").Remaining);
        Expect.OutOfRange("actual", 5, "no", () => limiter.Settle("key", 4, 5));
        limiter.Release("key", 4);
        Assert.Equal(10, limiter.Peek("key").Remaining);
    }

    [Fact]
    public void A_rate_has_no_slots_to_release()
    {
        using KeyedLimiter limiter = Create("Bucket");
        Assert.Throws<InvalidOperationException>(() => limiter.Release("key"));
    }

    [Fact]
    public void Lists_of_keys_must_not_be_of_negative_length()
    {
        using KeyedLimiter limiter = Create("Bucket");
        Expect.OutOfRange("count", -1, "at least 0", () => limiter.GetHottestKeys(-1));
        Expect.OutOfRange("count", -1, "at least 0", () => limiter.GetMostRefusedKeys(-1));
        Assert.Empty(limiter.GetHottestKeys(0));
    }

    private KeyedLimiter Create(string kind) => kind switch
    {
        "Bucket" => new KeyedLimiter(10, 10, timeProvider: _clock),
        "Fixed" => KeyedLimiter.FixedWindow(10, TimeSpan.FromSeconds(1), timeProvider: _clock),
        "Sliding" => KeyedLimiter.SlidingWindow(10, TimeSpan.FromSeconds(1), timeProvider: _clock),
        _ => KeyedLimiter.Concurrency(10),
    };
}
