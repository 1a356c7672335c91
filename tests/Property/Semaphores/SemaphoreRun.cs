using RateSync.Fast.Tests.Property.Waiting;
using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Property.Semaphores;

/// <summary>One random sequence of calls of a concurrency limiter, each compared with the model.</summary>
internal sealed class SemaphoreRun(Limiter limiter, ManualClock clock, SemaphoreModel model, Random random, List<string> log)
{
    private readonly List<Permit> _held = [];
    private readonly List<Permit> _old = [];
    private readonly Dictionary<Permit, int> _refunded = [];
    private int _taken;
    private int _deadlines;
    private long _cancelled;
    private long _late;

    /// <summary>How long to wait for a call that must end.</summary>
    public TimeSpan Patience { get; init; } = PendingCall.Generous;

    /// <summary>Whether <see cref="LimiterState.Waiting"/> is counted, rather than told from what is owed.</summary>
    public bool CountsWaiters { get; init; }

    /// <summary>Whether a slot given back too often is always noticed: where free slots do not lie with the cores.</summary>
    public bool TellsOverRelease { get; init; } = true;

    /// <summary>The most slots to set; null for the limit.</summary>
    public int? Most { get; init; }

    /// <summary>Sets another number of slots, where that is possible.</summary>
    public Action<int>? SetMax { get; init; }

    public async Task StepsAsync(int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            await StepAsync();
            Compare();
        }

        await EndAsync();
    }

    private async Task StepAsync()
    {
        int permits = random.Next(4) == 0 ? random.Next(1, (int)limiter.Limit + 1) : 1;
        switch (random.Next(SetMax is null ? 14 : 16))
        {
            case 0:
                log.Add("TryAcquire()");
                _taken += Same(model.TryTake(1), limiter.TryAcquire()) ? 1 : 0;
                break;
            case 1:
                log.Add($"TryAcquire({permits})");
                _taken += Same(model.TryTake(permits), limiter.TryAcquire(permits)) ? permits : 0;
                break;
            case 2:
                int keep = random.Next(2) == 0 ? 0 : random.Next(model.Max + 1);
                log.Add($"TryAcquire(out, {permits}), leaving {keep}");
                Same(model.Free >= permits + keep, limiter.Engine.Peek(permits, keep).Allowed);
                if (Same(model.TryTake(permits, keep), Take(permits, keep, out Permit permit)))
                {
                    _held.Add(permit);
                }

                break;
            case 3:
                Attempt(permits);
                break;
            case 4:
                log.Add("TryAcquire(0)");
                Same(model.Free > 0, limiter.TryAcquire(0));
                break;
            case 5 or 6:
                await WaitAsync(random.Next(8) == 0 ? 0 : permits);
                break;
            case 7 when _taken > 0:
                int back = random.Next(1, _taken + 1);
                log.Add($"Release({back})");
                _taken -= back;
                model.GiveBack(back);
                limiter.Release(back);
                await ServeAsync();
                break;
            case 8 or 9 when _held.Count > 0:
                await DisposeOneAsync();
                break;
            case 10 when _held.Count > 0:
                await RefundAsync();
                break;
            case 11 when model.Line.Count > 0:
                await CancelAsync(model.Line[random.Next(model.Line.Count)]);
                break;
            case 12:
                await AdvanceAsync(random.Next(60) * 1_000_000L);
                break;
            case 13 when _old.Count > 0:
                log.Add("Dispose an old one again");
                _old[random.Next(_old.Count)].Dispose();
                break;
            case 14 or 15:
                model.Max = random.Next(1, (Most ?? (int)limiter.Limit) + 1);
                log.Add($"SetMax({model.Max})");
                SetMax!(model.Max);
                await ServeAsync();
                break;
        }
    }

    private bool Take(int permits, int keep, out Permit permit) =>
        keep == 0 ? limiter.TryAcquire(out permit, permits) : limiter.Engine.TryTake(permits, keep, out permit);

    private void Attempt(int permits)
    {
        log.Add($"Attempt({permits})");
        bool line = model.Line.Count > 0;
        int free = model.Free;
        Decision peek = limiter.Peek(permits);
        Decision decision = limiter.Attempt(permits);
        Same(model.TryTake(permits), decision.Allowed);
        Same(decision.Allowed, peek.Allowed);
        if (decision.Allowed)
        {
            Assert.Equal(permits, decision.Permit.Permits);
            Assert.Equal(RefusalReason.None, decision.Reason);
            _held.Add(decision.Permit);
            return;
        }

        Assert.Equal(line ? RefusalReason.WaitersInLine : RefusalReason.NotEnoughPermits, decision.Reason);
        Assert.Equal(Timeout.InfiniteTimeSpan, decision.RetryAfter);
        Assert.Equal(Math.Max(1, permits - free), decision.Missing);
    }

    private async Task WaitAsync(int permits)
    {
        TimeSpan timeout = random.Next(6) switch
        {
            0 => TimeSpan.Zero,
            1 or 2 => TimeSpan.FromTicks((random.Next(1, 50) * 10_000L) + ++_deadlines),
            _ => Timeout.InfiniteTimeSpan,
        };
        log.Add($"AcquireAsync({permits}, {timeout})");
        PendingCall call = new(permits, timeout > TimeSpan.Zero ? clock.Ticks + (timeout.Ticks * 100) : null);
        Task<Permit> answer = limiter.AcquireAsync(permits, timeout, call.Token).AsTask();
        if (permits == 0 ? model.Free > 0 : model.TryTake(permits))
        {
            Assert.True(answer.IsCompleted, "It could be had at once.");
            Keep(await answer);
        }
        else if (timeout == TimeSpan.Zero)
        {
            Assert.True(answer.IsCompleted, "It was not to wait.");
            await Assert.ThrowsAsync<RateLimitTimeoutException>(() => answer);
        }
        else if (model.IsFull)
        {
            Assert.True(answer.IsCompleted, "The line is full.");
            RateLimitRejectedException refused = await Assert.ThrowsAsync<RateLimitRejectedException>(() => answer);
            Assert.Equal(RefusalReason.QueueFull, refused.Decision.Reason);
        }
        else
        {
            Assert.False(answer.IsCompleted, "It had to wait.");
            call.Begin(answer);
            model.Join(call);
        }
    }

    private async Task DisposeOneAsync()
    {
        int index = random.Next(_held.Count);
        Permit permit = _held[index];
        Permit copy = permit;
        log.Add($"Dispose {permit.Permits}, twice and a copy");
        _held.RemoveAt(index);
        model.GiveBack(permit.Permits - Refunded(permit));
        _refunded.Remove(permit);
        permit.Dispose();
        copy.Dispose();
        await permit.DisposeAsync();
        _old.Add(copy);
        await ServeAsync();
    }

    private int Refunded(in Permit permit) => _refunded.GetValueOrDefault(permit);

    private async Task RefundAsync()
    {
        Permit permit = _held[random.Next(_held.Count)];
        int back = random.Next(0, permit.Permits - Refunded(permit) + 1);
        log.Add($"Refund {back} of {permit.Permits}");
        _refunded[permit] = Refunded(permit) + back;
        if (_refunded[permit] == permit.Permits)
        {
            // Nothing is left of it; later calls on it must do nothing.
            _refunded.Remove(permit);
            _held.Remove(permit);
            _old.Add(permit);
        }

        model.GiveBack(back);
        permit.Refund(back);
        await ServeAsync();
    }

    private async Task CancelAsync(PendingCall call)
    {
        log.Add($"Cancel the wait for {call.Permits} at place {model.Line.ToList().IndexOf(call)}");
        model.Leave(call);
        _cancelled++;
        call.Cancel();
        await call.FailAsync<OperationCanceledException>(Patience);
        call.Dispose();
        await ServeAsync();
    }

    private async Task AdvanceAsync(long ticks)
    {
        log.Add($"Advance({ticks})");
        long until = clock.Ticks + ticks;
        while (model.NextLate(until) is { } late)
        {
            // Not a tick early.
            clock.Advance(late.Deadline!.Value - 1 - clock.Ticks);
            Assert.True(late.IsOpen, "It gave up early.");
            clock.Advance(1);
            model.Leave(late);
            _late++;
            await late.FailAsync<RateLimitTimeoutException>(Patience);
            late.Dispose();
            await ServeAsync();
        }

        clock.Advance(until - clock.Ticks);
    }

    /// <summary>Whoever is due now must have got its permit, and nobody else.</summary>
    private async Task ServeAsync()
    {
        while (model.Serve() is { } call)
        {
            Keep(await call.GrantAsync(Patience));
            call.Dispose();
        }
    }

    private void Keep(in Permit permit)
    {
        if (permit.Permits > 0)
        {
            _held.Add(permit);
        }
        else
        {
            permit.Dispose();
        }
    }

    private void Compare()
    {
        LimiterState state = limiter.GetState();
        Assert.Equal(model.Free, state.Remaining);
        Assert.Equal(model.Max, state.Limit);
        Assert.Equal(model.Free > 0, state.Allowed);
        if (CountsWaiters)
        {
            Assert.Equal(model.Line.Count, state.Waiting);
        }
        else
        {
            Assert.InRange(state.Waiting, Math.Min(1, model.Line.Count), model.Line.Count);
        }

        foreach (PendingCall call in model.Line)
        {
            Assert.True(call.IsOpen, $"The wait for {call.Permits} ended although it is not due.");
        }

        Assert.Equal(model.Line.Any(static call => call.Deadline is not null) ? 1 : 0, clock.ActiveTimers);
        Assert.InRange(clock.LiveTimers, 0, 1);
        CompareMetrics();
    }

    private void CompareMetrics()
    {
        LimiterMetrics metrics = limiter.GetMetrics();
        if (model.Line.Count == 0)
        {
            Assert.Equal(model.Out, metrics.CurrentConcurrent);
        }
        else
        {
            // A waiter for several may have some of them already.
            Assert.True(metrics.CurrentConcurrent >= model.Out);
        }
    }

    private async Task EndAsync()
    {
        while (model.Line.Count > 0)
        {
            await CancelAsync(model.Line[random.Next(model.Line.Count)]);
            Compare();
        }

        while (_held.Count > 0)
        {
            await DisposeOneAsync();
            Compare();
        }

        if (_taken > 0)
        {
            model.GiveBack(_taken);
            limiter.Release(_taken);
        }

        log.Add("The end");
        Compare();
        LimiterMetrics metrics = limiter.GetMetrics();
        Assert.Equal(0, metrics.CurrentConcurrent);
        Assert.Equal(metrics.TotalPermits, metrics.TotalReleases);
        Assert.Equal(_cancelled, metrics.Cancellations);
        Assert.Equal(_late, metrics.Timeouts);
        Assert.True(limiter.TryAcquire(model.Max), "It ends where it began.");
        Assert.False(limiter.TryAcquire(), "And with no slot more.");
        limiter.Release(model.Max);
        if (TellsOverRelease)
        {
            Assert.Throws<SemaphoreFullException>(() => limiter.Release());
        }
    }

    private static bool Same(bool expected, bool actual)
    {
        Assert.Equal(expected, actual);
        return actual;
    }
}
