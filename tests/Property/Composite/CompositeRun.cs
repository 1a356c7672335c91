using System.Diagnostics;
using RateSync.Fast.Tests.Property.Waiting;
using RateSync.Fast.Tests.Shared;
using Xunit.Sdk;

namespace RateSync.Fast.Tests.Property.Composite;

/// <summary>One random sequence of calls of a composite and of its parts, each compared with models of the parts.</summary>
internal sealed class CompositeRun(
    Limiter composite, CompositePart[] parts, CompositeStrategy strategy, ManualClock clock, Random random, List<string> log)
{
    private readonly List<CompositeGrant> _grants = [];
    private readonly List<PendingCall> _line = [];

    // Slots that were taken without a permit.
    private int _lost;

    /// <summary>Most waiters.</summary>
    public int QueueLimit { get; init; } = int.MaxValue;

    /// <summary>Whether calls that wait are among the steps.</summary>
    public bool Waits { get; init; }

    private bool Any => strategy == CompositeStrategy.AnyMustPass;

    public async Task StepsAsync(int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            await StepAsync();
            await SettleDownAsync();
            Compare();
        }

        while (_line.Count > 0)
        {
            await CancelAsync(_line[random.Next(_line.Count)]);
        }

        while (_grants.Count > 0)
        {
            await GiveBackAsync(dispose: true);
            Compare();
        }
    }

    private async Task StepAsync()
    {
        int permits = random.Next(3) == 0 ? random.Next(1, (int)composite.Limit + 1) : 1;
        CompositePart part = parts[random.Next(parts.Length)];
        switch (random.Next(14))
        {
            case 0 or 1 when !Any:
                log.Add($"TryAcquire({permits})");
                if (Same(Expect(permits), composite.TryAcquire(permits), permits) is { } given && given.Any(static one => one.HasSlots))
                {
                    _lost += permits;
                }

                break;
            case 2 or 3:
                log.Add($"TryAcquire(out, {permits})");
                if (Same(Expect(permits), composite.TryAcquire(out Permit permit, permits), permits) is { } from)
                {
                    _grants.Add(new CompositeGrant(permit, clock.Ticks, from));
                }

                break;
            case 4 or 5:
                Attempt(permits);
                break;
            case 6 when _line.Count == 0 && !part.HasSlots:
                permits = Math.Min(permits, (int)part.Limiter.Limit);
                log.Add($"part {Array.IndexOf(parts, part)}: TryAcquire({permits})");
                bool has = part.Has(clock.Ticks, permits);
                Assert.Equal(has, part.Limiter.TryAcquire(permits));
                if (has)
                {
                    part.Oracle.Take(clock.Ticks, permits);
                }

                break;
            case 7 or 8 when _grants.Count > 0:
                await GiveBackAsync(random.Next(2) == 0);
                break;
            case 9 when _lost > 0:
                log.Add("Release one that was taken without a permit");
                _lost--;
                Refund(parts.Where(static one => one.HasSlots), 1, clock.Ticks);
                composite.Release();
                await ServeAsync();
                break;
            case 10 or 11 when Waits:
                await WaitAsync(permits);
                break;
            case 12 when _line.Count > 0:
                await CancelAsync(_line[random.Next(2) == 0 ? 0 : random.Next(_line.Count)]);
                break;
            case 13:
                await AdvanceAsync(random.NextInt64(2 * TimeSpan.TicksPerSecond));
                break;
        }
    }

    /// <summary>The parts that grant; null when it is refused.</summary>
    private CompositePart[]? Expect(int permits)
    {
        if (_line.Count > 0)
        {
            return null;
        }

        CompositePart[] granting = [.. parts.Where(part => part.Has(clock.Ticks, permits))];
        return Any ? granting is [var first, ..] ? [first] : null : granting.Length == parts.Length ? granting : null;
    }

    private CompositePart[]? Same(CompositePart[]? expected, bool granted, int permits)
    {
        Assert.Equal(expected is not null, granted);
        foreach (CompositePart part in expected ?? [])
        {
            part.Oracle.Take(clock.Ticks, permits);
        }

        return expected;
    }

    private void Attempt(int permits)
    {
        log.Add($"Attempt({permits})");
        long now = clock.Ticks;
        CompositePart[]? expected = Expect(permits);
        Decision peek = composite.Peek(permits);
        Assert.Equal(expected is not null, peek.Allowed);
        CompositePart[] able = [.. parts.Where(part => permits <= part.Oracle.Limit)];
        long[] dues = [.. able.Select(part => part.Oracle.DueAt(now, permits))];
        CompositePart[] refusing = [.. able.Where(part => !part.Has(now, permits))];
        CompositePart? named = strategy switch
        {
            CompositeStrategy.AllMustPass => refusing.FirstOrDefault(),
            CompositeStrategy.MostRestrictive => refusing.MinBy(part => part.Remaining(now)),
            _ => refusing.MaxBy(part => part.Remaining(now)),
        };
        Decision decision = composite.Attempt(permits);
        if (Same(expected, decision.Allowed, permits) is { } from)
        {
            Assert.Equal(composite.Id, decision.LimiterId);
            Assert.Equal(TimeSpan.Zero, decision.RetryAfter);
            _grants.Add(new CompositeGrant(decision.Permit, now, from));
            return;
        }

        if (_line.Count > 0)
        {
            Assert.Equal(RefusalReason.WaitersInLine, decision.Reason);
            return;
        }

        Assert.Equal(RefusalReason.NotEnoughPermits, decision.Reason);
        Assert.Equal(named!.Limiter.Id, decision.LimiterId);
        Assert.Equal(named.Remaining(now), decision.Remaining);
        long due = Any ? dues.Min() : dues.Max();
        Assert.Equal(due == long.MaxValue ? Timeout.InfiniteTimeSpan : TimeSpan.FromTicks(due - now), decision.RetryAfter);
        Assert.Equal(decision.RetryAfter, peek.RetryAfter);
    }

    private async Task GiveBackAsync(bool dispose)
    {
        CompositeGrant grant = _grants[random.Next(_grants.Count)];
        if (dispose)
        {
            log.Add($"Dispose {grant.Permit.Permits}, twice and a copy");
            _grants.Remove(grant);
            Refund(grant.Parts.Where(static part => part.HasSlots), grant.Left, clock.Ticks);
            Permit copy = grant.Permit;
            grant.Permit.Dispose();
            copy.Dispose();
        }
        else
        {
            int back = random.Next(0, grant.Left + 1);
            log.Add($"Refund {back} of {grant.Permit.Permits}");
            grant.Left -= back;
            Refund(grant.Parts, back, grant.GrantedAt);
            grant.Permit.Refund(back);
        }

        await ServeAsync();
    }

    private void Refund(IEnumerable<CompositePart> given, int permits, long grantedAt)
    {
        foreach (CompositePart part in given)
        {
            part.Oracle.Refund(clock.Ticks, permits, grantedAt);
        }
    }

    private async Task WaitAsync(int permits)
    {
        log.Add($"AcquireAsync({permits})");
        CompositePart[]? from = Expect(permits);
        PendingCall call = new(permits, null);
        Task<Permit> answer = composite.AcquireAsync(permits, call.Token).AsTask();
        if (from is not null)
        {
            Assert.True(answer.IsCompleted, "It could be had at once.");
            Same(from, true, permits);
            _grants.Add(new CompositeGrant(await answer, clock.Ticks, from));
        }
        else if (_line.Count >= QueueLimit)
        {
            RateLimitRejectedException refused = await Assert.ThrowsAsync<RateLimitRejectedException>(() => answer.WaitAsync(PendingCall.Generous));
            Assert.Equal(RefusalReason.QueueFull, refused.Decision.Reason);
        }
        else
        {
            Assert.False(answer.IsCompleted, "It had to wait.");
            call.Begin(answer);
            _line.Add(call);
        }
    }

    private async Task CancelAsync(PendingCall call)
    {
        log.Add($"Cancel the wait for {call.Permits} at place {_line.IndexOf(call)}");
        _line.Remove(call);
        call.Cancel();
        await call.FailAsync<OperationCanceledException>(PendingCall.Generous);
        call.Dispose();
        await ServeAsync();
    }

    private async Task AdvanceAsync(long ticks)
    {
        log.Add($"Advance({ticks})");
        long until = clock.Ticks + ticks;
        while (_line.Count > 0)
        {
            // From one moment to the next at which the head might get something from a part.
            long[] dues = [.. Able(_line[0]).Select(part => part.Oracle.DueAt(clock.Ticks, _line[0].Permits))];
            long next = dues.Where(due => due > clock.Ticks).DefaultIfEmpty(long.MaxValue).Min();
            if (next > until)
            {
                break;
            }

            clock.Advance(next - 1 - clock.Ticks);
            await SettleDownAsync();
            Assert.All(_line, static call => Assert.True(call.IsOpen, "It ended a tick early."));
            clock.Advance(1);
            await ServeAsync();
            await SettleDownAsync();
        }

        clock.Advance(until - clock.Ticks);
    }

    private IEnumerable<CompositePart> Able(PendingCall call) => parts.Where(part => call.Permits <= part.Oracle.Limit);

    private async Task ServeAsync()
    {
        while (_line.Count > 0)
        {
            PendingCall head = _line[0];
            CompositePart[] granting = [.. Able(head).Where(part => part.Has(clock.Ticks, head.Permits))];
            if (Any ? granting.Length == 0 : granting.Length < parts.Length)
            {
                return;
            }

            _line.RemoveAt(0);
            await UntilAsync(() => !head.IsOpen, $"The wait for {head.Permits} should have been granted.");
            Permit permit = await head.GrantAsync(PendingCall.Generous);
            head.Dispose();
            CompositePart[] from = Any ? [parts.Single(part => part.Limiter == permit.Limiter)] : parts;
            Same(from, true, head.Permits);
            _grants.Add(new CompositeGrant(permit, clock.Ticks, from));
        }
    }

    /// <summary>
    /// Until the head of the line stands in the line of the part that it waits for, with its timer set: a clock that was moved between its
    /// look at it and the timer's would make it late.
    /// </summary>
    private Task SettleDownAsync() =>
        UntilAsync(
            () => composite.GetState().Waiting == _line.Count
                && parts.Sum(static part => part.Limiter.GetState().Waiting) == Math.Min(1, _line.Count)
                && clock.ActiveTimers == parts.Count(static part => !part.HasSlots && part.Limiter.GetState().Waiting > 0),
            $"{_line.Count} should wait, one of them for a part.");

    private async Task UntilAsync(Func<bool> isSo, string otherwise)
    {
        long began = Stopwatch.GetTimestamp();
        while (!isSo())
        {
            if (Stopwatch.GetElapsedTime(began) > PendingCall.Generous)
            {
                string states = string.Join(Environment.NewLine, parts.Select(part => $"{part.Limiter}, due at {part.Oracle.DueAt(clock.Ticks, 1)}"));
                throw new XunitException($"{otherwise} At {clock.Ticks}, {clock.ActiveTimers} timers set: {composite}{Environment.NewLine}{states}");
            }

            await Task.Yield();
        }
    }

    private void Compare()
    {
        for (int i = 0; i < parts.Length; i++)
        {
            if (!(_line.Count > 0 && parts[i].HasSlots))
            {
                Assert.True(
                    parts[i].Remaining(clock.Ticks) == parts[i].Limiter.GetState().Remaining,
                    $"Part {i} has {parts[i].Limiter.GetState().Remaining} left instead of {parts[i].Remaining(clock.Ticks)}.");
            }
        }

        Assert.All(_line, static call => Assert.True(call.IsOpen, "It ended although it is not due."));
        Assert.Equal(_line.Sum(static call => call.Permits), composite.GetState().QueuedPermits);
    }
}
