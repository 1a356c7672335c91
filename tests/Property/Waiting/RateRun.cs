using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Property.Waiting;

/// <summary>
/// One random sequence of calls of a rate limiter, each compared with the model. A clock tick must be 100 ns, as a timer's is.
/// </summary>
internal sealed class RateRun(Limiter limiter, ManualClock clock, RateModel model, Random random, List<string> log)
{
    private readonly List<GrantedPermit> _granted = [];
    private int _deadlines;
    private long _permits;
    private long _refusals;
    private long _waits;
    private long _waitTicks;
    private long _late;
    private long _cancelled;

    public TimeSpan Patience { get; init; } = PendingCall.Generous;

    /// <summary>Whether waits are foreseen to the tick: where permits come one by one.</summary>
    public required bool Foresees { get; init; }

    /// <summary>Whether permits can be taken into debt.</summary>
    public bool HasDebt { get; init; }

    /// <summary>The longest step of the clock.</summary>
    public required long Stride { get; init; }

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
        int permits = random.Next(3) == 0 ? random.Next(1, (int)limiter.Limit + 1) : 1;
        switch (random.Next(13))
        {
            case 0:
                log.Add("TryAcquire()");
                Grant(limiter.TryAcquire(), 1);
                break;
            case 1:
                log.Add($"TryAcquire({permits})");
                Grant(limiter.TryAcquire(permits), permits);
                break;
            case 2:
                log.Add($"TryAcquire(out, {permits})");
                if (Grant(limiter.TryAcquire(out Permit permit, permits), permits))
                {
                    Keep(permit);
                }

                break;
            case 3:
                Attempt(permits);
                break;
            case 4:
                log.Add("TryAcquire(0)");
                Assert.Equal(model.MayTake(clock.Ticks, 1), limiter.TryAcquire(0));
                break;
            case 5 or 6 or 7:
                await WaitAsync(random.Next(10) == 0 ? 0 : permits);
                break;
            case 8 when model.Line.Count > 0:
                // The head most of the time: that is where mistakes are.
                await CancelAsync(model.Line[random.Next(2) == 0 ? 0 : random.Next(model.Line.Count)]);
                break;
            case 9 when _granted.Count > 0:
                await SettleAsync();
                break;
            case 10 or 11 or 12:
                await AdvanceAsync(random.NextInt64(Stride));
                break;
        }
    }

    private bool Grant(bool granted, int permits)
    {
        Assert.Equal(model.TryTake(clock.Ticks, permits), granted);
        _permits += granted ? permits : 0;
        _refusals += granted ? 0 : 1;
        return granted;
    }

    private void Attempt(int permits)
    {
        log.Add($"Attempt({permits})");
        long due = model.DueBehindLine(clock.Ticks, permits);
        bool line = model.Line.Count > 0;
        Decision peek = limiter.Peek(permits);
        Decision decision = limiter.Attempt(permits);
        Assert.Equal(decision.Allowed, peek.Allowed);
        if (Grant(decision.Allowed, permits))
        {
            Keep(decision.Permit);
            return;
        }

        if (!line)
        {
            Assert.Equal(RefusalReason.NotEnoughPermits, decision.Reason);
            Assert.Equal(due - clock.Ticks, decision.RetryAfter.Ticks);
        }

        if (Foresees || !line)
        {
            Assert.Equal(due - clock.Ticks, peek.RetryAfter.Ticks);
        }
    }

    private async Task WaitAsync(int permits)
    {
        TimeSpan timeout = random.Next(8) switch
        {
            0 => TimeSpan.Zero,
            1 or 2 or 3 => TimeSpan.FromTicks(random.NextInt64(1, 4 * Stride) + ++_deadlines),
            _ => Timeout.InfiniteTimeSpan,
        };
        log.Add($"AcquireAsync({permits}, {timeout})");
        long now = clock.Ticks;
        PendingCall call = new(permits, timeout > TimeSpan.Zero ? now + timeout.Ticks : null) { Since = now };
        Task<Permit> answer = limiter.AcquireAsync(permits, timeout, call.Token).AsTask();
        if (permits == 0 ? model.MayTake(now, 1) : model.TryTake(now, permits))
        {
            Assert.True(answer.IsCompleted, "It could be had at once.");
            _permits += permits;
            Keep(await answer);
        }
        else if (timeout == TimeSpan.Zero)
        {
            Assert.True(answer.IsCompleted, "It was not to wait.");
            await Assert.ThrowsAsync<RateLimitTimeoutException>(() => answer);
            _refusals += permits == 0 ? 0 : 1;
        }
        else if (call.Deadline < model.DueBehindLine(now, permits) && (Foresees || (answer.IsCompleted && !model.IsFull)))
        {
            Assert.True(answer.IsCompleted, "It could not be met in time.");
            RateLimitTimeoutException refused = await Assert.ThrowsAsync<RateLimitTimeoutException>(() => answer);
            Assert.Equal(RefusalReason.WaitTooLong, refused.Decision.Reason);
            _late++;
        }
        else if (model.IsFull)
        {
            Assert.True(answer.IsCompleted, "The line is full.");
            RateLimitRejectedException refused = await Assert.ThrowsAnyAsync<RateLimitRejectedException>(() => answer);
            if (!Foresees && refused.Decision.Reason == RefusalReason.WaitTooLong)
            {
                Assert.True(call.Deadline < model.DueBehindLine(now, permits));
                _late++;
                return;
            }

            Assert.Equal(RefusalReason.QueueFull, refused.Decision.Reason);
        }
        else
        {
            Assert.False(answer.IsCompleted, "It had to wait.");
            call.Begin(answer);
            model.Join(call);
        }
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

    private async Task SettleAsync()
    {
        GrantedPermit granted = _granted[random.Next(_granted.Count)];
        _granted.Remove(granted);
        int permits = granted.Permit.Permits;
        int actual = HasDebt && random.Next(3) == 0 ? permits + random.Next(1, 4) : random.Next(0, permits + 1);
        log.Add($"Settle {permits} as {actual}");
        if (actual > permits)
        {
            model.Oracle.Take(clock.Ticks, actual - permits);
        }
        else if (actual < permits)
        {
            model.Oracle.Refund(clock.Ticks, permits - actual, granted.GrantedAt);
        }

        granted.Permit.Settle(actual);
        await ServeAsync();
    }

    private async Task AdvanceAsync(long ticks)
    {
        log.Add($"Advance({ticks})");
        long until = clock.Ticks + ticks;
        while (true)
        {
            long due = model.HeadDueAt(clock.Ticks) ?? long.MaxValue;
            long late = model.NextLate()?.Deadline ?? long.MaxValue;
            long next = Math.Min(due, late);
            if (next > until)
            {
                break;
            }

            clock.Advance(next - 1 - clock.Ticks);
            Assert.All(model.Line, static call => Assert.True(call.IsOpen, "It ended a tick early."));
            clock.Advance(1);
            log.Add(due <= late ? $"  at {next} the head is due" : $"  at {next} one gives up");
            if (due <= late)
            {
                await ServeAsync();
            }
            else
            {
                PendingCall call = model.NextLate()!;
                model.Leave(call);
                _late++;
                await call.FailAsync<RateLimitTimeoutException>(Patience);
                call.Dispose();
                await ServeAsync();
            }

            Compare();
        }

        clock.Advance(until - clock.Ticks);
    }

    /// <summary>Whoever is due now must have got its permits.</summary>
    private async Task ServeAsync()
    {
        while (model.HeadDueAt(clock.Ticks) <= clock.Ticks)
        {
            PendingCall head = model.GrantHead(clock.Ticks);
            _permits += head.Permits;
            _waits++;
            _waitTicks += clock.Ticks - head.Since;
            Keep(await head.GrantAsync(Patience));
            head.Dispose();
        }
    }

    private void Keep(in Permit permit)
    {
        if (permit.Permits > 0)
        {
            _granted.Add(new GrantedPermit(permit, clock.Ticks));
        }
    }

    private void Compare()
    {
        LimiterState state = limiter.GetState();
        Assert.Equal(model.Line.Count, state.Waiting);
        Assert.Equal(model.Line.Sum(static call => call.Permits), state.QueuedPermits);
        Assert.Equal(model.MayTake(clock.Ticks, 1), state.Allowed);
        Assert.All(model.Line, static call => Assert.True(call.IsOpen, "It ended although it is not due."));
        Assert.Equal(model.Line.Count > 0 ? 1 : 0, clock.ActiveTimers);
        Assert.InRange(clock.LiveTimers, 0, 1);
    }

    private async Task EndAsync()
    {
        LimiterMetrics metrics;
        if (random.Next(3) == 0)
        {
            log.Add("Dispose");
            await DisposeAsync();
            metrics = limiter.GetMetrics();
        }
        else
        {
            while (model.Line.Count > 0)
            {
                await CancelAsync(model.Line[random.Next(model.Line.Count)]);
                Compare();
            }

            log.Add("The end");
            Compare();
            metrics = limiter.GetMetrics();
        }

        Assert.Equal(_permits, metrics.TotalPermits);
        Assert.Equal(_refusals, metrics.Refusals);
        Assert.Equal(_waits, metrics.TotalWaits);
        Assert.Equal(_late, metrics.Timeouts);
        Assert.Equal(_cancelled, metrics.Cancellations);
        Assert.Equal(_waitTicks / 10_000.0, metrics.TotalWaitTimeMs, 3);
        Assert.Equal(0, metrics.Waiting);
    }

    private async Task DisposeAsync()
    {
        limiter.Dispose();
        foreach (PendingCall call in model.Line.ToList())
        {
            model.Leave(call);
            await call.FailAsync<ObjectDisposedException>(Patience);
            call.Dispose();
        }

        Assert.Throws<ObjectDisposedException>(() => limiter.TryAcquire());
        Assert.Equal(0, clock.ActiveTimers);
    }
}
