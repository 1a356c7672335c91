using RateSync.Fast.Algorithms;
using RateSync.Fast.Engine;
using RateSync.Fast.State;
using RateSync.Fast.Tests.Property.Waiting;
using RateSync.Fast.Tests.Shared;
using RateSync.Fast.Time;
using Xunit.Sdk;

namespace RateSync.Fast.Tests.Property.Composite;

public sealed class CompositeProperties
{
    private const long TicksPerSecond = TimeSpan.TicksPerSecond;

    [Theory]
    [InlineData(CompositeStrategy.MostRestrictive)]
    [InlineData(CompositeStrategy.AllMustPass)]
    [InlineData(CompositeStrategy.AnyMustPass)]
    public Task A_composite_takes_from_all_its_parts_or_from_none(CompositeStrategy strategy) => RunAsync<Mistakes.None>(strategy);

    [Theory]
    [InlineData(CompositeStrategy.MostRestrictive)]
    [InlineData(CompositeStrategy.AllMustPass)]
    public Task D14_parts_that_keep_what_they_gave_are_found(CompositeStrategy strategy) =>
        Assert.ThrowsAnyAsync<XunitException>(() => RunAsync<Mistakes.KeepsWhatItTook>(strategy));

    [Theory]
    [InlineData(CompositeStrategy.MostRestrictive, int.MaxValue)]
    [InlineData(CompositeStrategy.AllMustPass, 2)]
    public Task Those_who_wait_for_a_composite_are_served_in_order_when_all_parts_are_due(CompositeStrategy strategy, int queueLimit) =>
        Sequences.RunAsync(80, 100, (random, steps, log) =>
        {
            ManualClock clock = new(TicksPerSecond);
            CompositePart[] parts = Parts(random, clock, slots: true);
            CompositeLimiterOptions options = new() { Strategy = strategy, QueueLimit = queueLimit, HoldSlotsFor = TimeSpan.Zero };
            CompositeLimiter composite = new(parts.Select(static part => part.Limiter), options, clock);
            return new CompositeRun(composite, parts, strategy, clock, random, log) { Waits = true, QueueLimit = queueLimit }.StepsAsync(steps);
        });

    [Fact]
    public void Peek_does_not_promise_what_only_a_smaller_request_would_be_given()
    {
        ManualClock clock = new();
        TokenBucket small = new(1, 5, timeProvider: clock);
        TokenBucket large = new(1, 10, timeProvider: clock);
        CompositeLimiter any = new([small, large], new CompositeLimiterOptions { Strategy = CompositeStrategy.AnyMustPass }, clock);
        Assert.True(large.TryAcquire(10));
        Assert.False(any.Peek(8).Allowed);
        Assert.Equal(TimeSpan.FromSeconds(8), any.Peek(8).RetryAfter);
        Assert.False(any.TryAcquire(8));
        Assert.True(any.TryAcquire(out _, 5));
    }

    [Fact]
    public void A_refund_goes_to_the_part_of_a_part_that_granted()
    {
        ManualClock clock = new();
        TokenBucket first = new(1e-6, 1, timeProvider: clock);
        TokenBucket second = new(1e-6, 1, timeProvider: clock);
        CompositeLimiter any = new([first, second], new CompositeLimiterOptions { Strategy = CompositeStrategy.AnyMustPass }, clock);
        CompositeLimiter all = new([any, new TokenBucket(1e-6, 5, timeProvider: clock)], null, clock);
        Assert.True(all.TryAcquire(out Permit one));
        Assert.True(all.TryAcquire(out Permit two));
        two.Refund(1);
        Assert.Equal(0, first.GetState().Remaining);
        Assert.Equal(1, second.GetState().Remaining);
        one.Refund(1);
        Assert.Equal(1, first.GetState().Remaining);
        Assert.Equal(1, second.GetState().Remaining);
    }

    [Fact]
    public void A_debt_is_the_part_of_a_parts_that_granted()
    {
        ManualClock clock = new();
        TokenBucket first = new(1, 2, timeProvider: clock);
        TokenBucket second = new(1, 2, timeProvider: clock);
        CompositeLimiter any = new([first, second], new CompositeLimiterOptions { Strategy = CompositeStrategy.AnyMustPass }, clock);
        CompositeLimiter all = new([any, new TokenBucket(1, 5, timeProvider: clock)], null, clock);
        Assert.True(all.TryAcquire(out Permit permit));
        permit.Settle(4);
        Assert.Equal(0, first.GetState().Remaining);
        Assert.Equal(2, second.GetState().Remaining);
    }

    [Fact]
    public async Task A_refused_wait_is_no_timeout()
    {
        ManualClock clock = new();
        TokenBucket bucket = new(1, 1, timeProvider: clock);
        CompositeLimiter composite = new([bucket], new CompositeLimiterOptions { QueueLimit = 0 }, clock);
        Assert.True(composite.TryAcquire());
        Decision refused = await composite.AttemptAsync(1, Timeout.InfiniteTimeSpan, TestContext.Current.CancellationToken);
        Assert.Equal(RefusalReason.QueueFull, refused.Reason);
        Assert.Equal(0, composite.GetMetrics().Timeouts);
        Assert.Equal(0, bucket.GetState().Waiting);
    }

    private static Task RunAsync<TDefect>(CompositeStrategy strategy)
        where TDefect : struct, IDefects => Sequences.RunAsync(150, 200, (random, steps, log) =>
    {
        ManualClock clock = new(TicksPerSecond);
        CompositePart[] parts = Parts(random, clock, slots: true);
        CompositeLimiterOptions options = new() { Strategy = strategy, Id = "all" };
        Limiter composite = new CompositeOf<DefectiveAtomics<TDefect>>([.. parts.Select(static part => part.Limiter)], options, clock);
        return new CompositeRun(composite, parts, strategy, clock, random, log).StepsAsync(steps);
    });

    private static CompositePart[] Parts(Random random, ManualClock clock, bool slots) =>
        [.. Enumerable.Range(0, random.Next(1, 5)).Select(i => Part(random.Next(slots ? 5 : 4), "part " + i, random.Next(1, 6), clock))];

    private static CompositePart Part(int kind, string id, int limit, ManualClock clock)
    {
        TimeSpan second = TimeSpan.FromSeconds(1);
        return kind switch
        {
            0 => new CompositePart(
                new TokenBucket(5, limit, new TokenBucketOptions { Id = id }, clock), new BucketOracle(TicksPerSecond / 5, limit), false),
            1 => new CompositePart(
                new FixedWindow(limit, second, new FixedWindowOptions { Id = id }, clock), new WindowOracle(limit, TicksPerSecond, 0), false),
            2 => new CompositePart(
                new SlidingWindow(limit, second, new SlidingWindowOptions { Id = id }, clock),
                new WindowOracle(limit, 1, TicksPerSecond - 1),
                false),
            3 => new CompositePart(
                new SlidingWindow(
                    limit, second, new SlidingWindowOptions { Id = id, Precision = SlidingWindowPrecision.SubWindows, SubWindows = 4 }, clock),
                new WindowOracle(limit, TicksPerSecond / 4, 4),
                false),
            _ => new CompositePart(new TicketSemaphore(limit, new TicketSemaphoreOptions { Id = id }, clock), new SlotsOracle(limit), true),
        };
    }

    /// <summary>A composite put together as the library does it, with any mistake.</summary>
    private sealed class CompositeOf<TDefects> : Limiter
        where TDefects : struct, IDefects
    {
        public CompositeOf(Limiter[] parts, CompositeLimiterOptions options, TimeProvider clock)
            : base(options.Id) => Use(new CompositeEngine<TDefects>(this, parts, options, new Clock(clock)));

        public override bool TryAcquire() => Engine.TryTake(1);
    }
}
