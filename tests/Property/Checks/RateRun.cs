using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Property.Checks;

/// <summary>
/// One caller's random calls of a rate limiter, with every answer compared to a model's. Where a limiter may lose a declared part of its
/// burst, a second model without that part says what it must grant at least.
/// </summary>
internal sealed class RateRun(Limiter limiter, ManualClock clock, IRateModel model, Random random, List<string> log)
{
    private readonly List<Grant> _grants = [];
    private long _acquisitions;
    private long _permits;
    private long _refusals;
    private long _latest;
    private long _booking;

    /// <summary>What must be granted at the least; null when it is the same.</summary>
    public IRateModel? AtLeast { get; init; }

    /// <summary>The law that no grant may break; null where the model is all there is to say.</summary>
    public BoundChecker? Bound { get; init; }

    /// <summary>A typical step of the clock, in ticks.</summary>
    public required long Stride { get; init; }

    /// <summary>How far the clock may be set back; 0 never.</summary>
    public long MostBack { get; init; }

    /// <summary>Whether permits are given back and taken into debt.</summary>
    public bool Settles { get; init; } = true;

    /// <summary>Permits beyond none at all, below which <see cref="IRateModel.Remaining"/> cannot fall by a settlement.</summary>
    public long DeepestDebt { get; init; } = 1_000_000_000_000;

    /// <summary>Whether more can be settled than was granted.</summary>
    public bool HasDebt { get; init; } = true;

    /// <summary>Single permits taken to begin with: what it takes until a limiter keeps some close to the thread.</summary>
    public int Singles { get; init; }

    private long Now => clock.Ticks;

    private bool IsExact => AtLeast is null;

    public void Steps(int steps)
    {
        _latest = Now;
        for (int i = 0; i < Singles; i++)
        {
            Note(limiter.TryAcquire(), 1);
        }

        for (int i = 0; i < steps; i++)
        {
            Step();
        }

        LimiterMetrics metrics = limiter.GetMetrics();
        Assert.Equal(_acquisitions, metrics.TotalAcquisitions);
        Assert.Equal(_permits, metrics.TotalPermits);
        Assert.Equal(_refusals, metrics.Refusals);
        Assert.Equal(0, metrics.TotalWaits + metrics.Waiting + metrics.Timeouts + metrics.Cancellations + metrics.CurrentConcurrent);
        Assert.Equal(_acquisitions > 0, metrics.LastAcquisitionAt is not null);
    }

    private void Step()
    {
        int permits = random.Next(4) switch
        {
            0 => random.Next(1, (int)Math.Min(limiter.Limit, int.MaxValue - 1) + 1),
            1 => random.Next(1, (int)Math.Min(limiter.Limit, 8) + 1),
            _ => 1,
        };
        switch (random.Next(16))
        {
            case 0 or 1 or 2:
                log.Add($"{Now}: TryAcquire()");
                Note(limiter.TryAcquire(), 1);
                break;
            case 3 or 4:
                log.Add($"{Now}: TryAcquire({permits})");
                Note(limiter.TryAcquire(permits), permits);
                break;
            case 5:
                log.Add($"{Now}: TryAcquire(out, {permits})");
                if (Note(limiter.TryAcquire(out Permit permit, permits), permits))
                {
                    Keep(permit, permits);
                }

                break;
            case 6 or 7:
                Attempt(permits);
                break;
            case 8:
                Look();
                break;
            case 9:
                log.Add($"{Now}: AttemptAsync({permits}, 0)");
                Task<Decision> answer = limiter.AttemptAsync(permits, TimeSpan.Zero).AsTask();
                Assert.True(answer.IsCompletedSuccessfully, "It was not to wait.");
                Decision decision = answer.Result;
                if (Note(decision.Allowed, permits))
                {
                    Keep(decision.Permit, permits);
                }

                break;
            case 10 when Settles && _grants.Count > 0:
                Settle();
                break;
            case 11:
                Wait(permits);
                break;
            case 12 when MostBack > 0:
                long back = Math.Min(random.NextInt64(1, MostBack + 1), Now);
                log.Add($"{Now}: Jump back {back}");
                clock.Jump(Now - back);
                break;
            case 13 when random.Next(4) == 0:
                long far = random.NextInt64(1, 100) * Stride;
                log.Add($"{Now}: Jump forward {far}");
                clock.Jump(Now + far);
                break;
            default:
                long ticks = random.NextInt64(Stride);
                log.Add($"{Now}: Advance {ticks}");
                clock.Advance(ticks);
                break;
        }
    }

    /// <summary>Compares a yes or no, and has the models follow.</summary>
    private bool Note(bool granted, int permits)
    {
        Expect(granted, permits);
        if (granted)
        {
            _acquisitions++;
            _permits += permits;
            _booking = model.Take(Now, permits);
            AtLeast?.Take(Now, permits);
            _latest = Math.Max(_latest, Now);
            Bound?.Grant(_latest, permits);
        }
        else
        {
            _refusals++;
        }

        return granted;
    }

    private void Expect(bool granted, long permits)
    {
        long most = model.Remaining(Now);
        long least = (AtLeast ?? model).Remaining(Now);
        Assert.True(!granted || permits <= most, $"Granted {permits} of {most}.");
        Assert.True(granted || permits > least, $"Refused {permits} of {least}.");
    }

    private void Attempt(int permits)
    {
        log.Add($"{Now}: Attempt({permits})");
        Decision peek = limiter.Peek(permits);
        long wait = model.TicksUntil(Now, permits);
        Decision decision = limiter.Attempt(permits);
        Assert.Equal(peek.Allowed, decision.Allowed);
        bool granted = Note(decision.Allowed, permits);
        Check(decision, granted ? 0 : permits, wait);
        Assert.Equal(granted ? permits : 0, decision.Permit.Permits);
        if (granted)
        {
            Assert.Same(limiter, decision.Permit.Limiter);
            Keep(decision.Permit, permits);
        }
        else if (IsExact)
        {
            Assert.Equal(peek, decision);
        }
    }

    private void Look()
    {
        int permits = random.Next(2) == 0 ? 0 : random.Next(1, (int)Math.Min(limiter.Limit, int.MaxValue - 1) + 1);
        long asked = Math.Max(1, permits);
        log.Add($"{Now}: Peek({permits})");
        Decision peek = limiter.Peek(permits);
        Expect(peek.Allowed, asked);
        Check(peek, peek.Allowed ? 0 : asked, model.TicksUntil(Now, asked));
        Assert.Equal(limiter.Peek(1), limiter.Attempt(0));
        Assert.Equal(limiter.Peek(1).Allowed, limiter.TryAcquire(0));
        Assert.Equal(limiter.Peek(1).Allowed, limiter.TryAcquire(out Permit none, 0));
        Assert.Equal(default, none);

        LimiterState state = limiter.GetState();
        Expect(state.Allowed, 1);
        Assert.Equal(limiter.Peek(1).Remaining, state.Remaining);
        Assert.Equal(limiter.Peek(1).RetryAfter, state.RetryAfter);
        Assert.Equal(limiter.Peek(1).ResetAfter, state.ResetAfter);
        Assert.Equal(0, state.Waiting + state.QueuedPermits);
    }

    private void Check(in Decision decision, long refused, long wait)
    {
        long most = Math.Max(0, model.Remaining(Now));
        long least = Math.Max(0, (AtLeast ?? model).Remaining(Now));
        Assert.InRange(decision.Remaining, least, most);
        Assert.Equal(limiter.Limit, decision.Limit);
        Assert.Equal(limiter.Id, decision.LimiterId);
        Assert.Equal(0, decision.Waiting);
        Assert.InRange(
            decision.Missing,
            refused == 0 ? 0 : refused - model.Remaining(Now),
            refused == 0 ? 0 : refused - (AtLeast ?? model).Remaining(Now));
        Assert.Equal(refused == 0 ? RefusalReason.None : RefusalReason.NotEnoughPermits, decision.Reason);
        if (refused == 0)
        {
            Assert.Equal(TimeSpan.Zero, decision.RetryAfter);
        }
        else if (IsExact)
        {
            Assert.Equal(ToSpan(wait), decision.RetryAfter);
        }
        else
        {
            Assert.InRange(decision.RetryAfter, ToSpan(wait), ToSpan(Math.Max(wait, AtLeast!.TicksUntil(Now, refused))));
        }

        if (IsExact)
        {
            Assert.Equal(ToSpan(model.TicksUntilUnused(Now)), decision.ResetAfter);
        }
    }

    private void Settle()
    {
        Grant grant = _grants[random.Next(_grants.Count)];
        _grants.Remove(grant);
        int granted = grant.Permit.Permits;
        int actual = HasDebt && random.Next(3) == 0
            ? granted + random.Next(1, 1 + (int)Math.Min(limiter.Limit, 1000))
            : random.Next(granted + 1);
        log.Add($"{Now}: Settle {granted} of {grant.At} as {actual}");
        if (actual > granted)
        {
            Owe(grant, actual);
        }
        else if (random.Next(2) == 0)
        {
            GiveBack(grant, granted - actual);
            grant.Permit.Settle(actual);
        }
        else
        {
            GiveBack(grant, granted - actual);
            grant.Permit.Refund(granted - actual);
        }
    }

    private void Owe(in Grant grant, int actual)
    {
        int more = actual - grant.Permit.Permits;
        try
        {
            grant.Permit.Settle(actual);
        }
        catch (ArgumentOutOfRangeException)
        {
            Assert.True(more - (AtLeast ?? model).Remaining(Now) > DeepestDebt - 1, $"Cannot owe {more} at {model.Remaining(Now)}.");
            return;
        }

        Assert.True(more - model.Remaining(Now) <= DeepestDebt + 1, $"Owes {more} at {model.Remaining(Now)}.");
        model.Take(Now, more);
        AtLeast?.Take(Now, more);
    }

    private void GiveBack(in Grant grant, int permits)
    {
        if (permits == 0)
        {
            return;
        }

        model.Refund(Now, permits, grant.Booking);
        AtLeast?.Refund(Now, permits, grant.Booking);
        Bound?.Refund(permits);
    }

    /// <summary>Waits as long as it is told to: refused up to the tick before, granted then.</summary>
    private void Wait(int permits)
    {
        Decision decision = limiter.Attempt(permits);
        if (Note(decision.Allowed, permits))
        {
            log.Add($"{Now}: Attempt({permits})");
            Keep(decision.Permit, permits);
            return;
        }

        if (decision.RetryAfter > TimeSpan.FromTicks(long.MaxValue / 16) || !IsExact)
        {
            return;
        }

        long wait = model.TicksUntil(Now, permits);
        log.Add($"{Now}: refused {permits} for {decision.RetryAfter}, {wait} ticks");
        if (wait > 1)
        {
            clock.Advance(wait - 1);
            Note(limiter.TryAcquire(permits), permits);
            clock.Advance(1);
        }
        else
        {
            clock.Advance(wait);
        }

        Assert.True(Note(limiter.TryAcquire(permits), permits), $"Still refused after {decision.RetryAfter}.");
    }

    private void Keep(in Permit permit, int permits)
    {
        Assert.Equal(permits, permit.Permits);
        _grants.Add(new Grant(permit, Now, _booking));
        if (_grants.Count > 8)
        {
            _grants.RemoveAt(random.Next(_grants.Count));
        }
    }

    private TimeSpan ToSpan(long ticks)
    {
        Int128 frequency = clock.TimestampFrequency;
        Int128 span = (((Int128)ticks * TimeSpan.TicksPerSecond) + frequency - 1) / frequency;
        return span > long.MaxValue ? TimeSpan.MaxValue : new TimeSpan((long)span);
    }
}
