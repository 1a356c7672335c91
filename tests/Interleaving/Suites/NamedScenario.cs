using RateSync.Fast.Named;
using RateSync.Fast.Tests.Interleaving.Explorer;

namespace RateSync.Fast.Tests.Interleaving.Suites;

/// <summary>A named limiter, whose rate is a token bucket of the explorer's, on a clock that stands still while the threads run.</summary>
/// <remarks>Slots are the machine's own: a step of theirs is one with the step before it.</remarks>
#pragma warning disable CA1001 // One is made for each of millions of schedules, and holds nothing but memory.
internal sealed class NamedScenario : INamedParts
#pragma warning restore CA1001
{
    private readonly ModelClock _time = new(frozen: true);
    private readonly ModelNamed _limiter;
    private readonly long[] _granted = new long[4];
    private readonly List<Task<Permit>> _waits = [];

    public NamedScenario(LimiterOptions options)
    {
        EraState.Reset();
        _limiter = new ModelNamed(options, this, _time);
    }

    public long Granted => _granted.Sum();

    public NamedEngine<ModelAtomics> Engine => _limiter.Named;

    /// <summary>A rate that gives nothing back while the threads run.</summary>
    public static LimiterOptions Rate(int burst, double rate = 1) => new() { RatePerSecond = rate, Burst = burst };

    /// <summary>A call that says that it is under way.</summary>
    public bool Take() => Count(Engine.TryTake(1));

    /// <summary>A plain call, which goes to the part directly where it may.</summary>
    public bool TakePlainly() => Count(_limiter.TryAcquire());

    /// <summary>What a thread is to do: change the limiter to what has been made ready by then.</summary>
    public Action ChangeTo(params LimiterOptions[] options)
    {
        NamedPlan[] plans = [.. options.Select(Engine.Prepare)];
        return () => Array.ForEach(plans, Engine.Change);
    }

    /// <summary>Takes a permit, before the threads.</summary>
    public Permit TakePermit()
    {
        Assert.True(Engine.TryTake(1, out Permit permit));
        Count(true);
        return permit;
    }

    /// <summary>Gives a permit back as if it had not been taken.</summary>
    public void GiveBack(in Permit permit)
    {
        Engine.Undo(permit);
        _granted[Thread]--;
    }

    /// <summary>Gets in line if there is nothing.</summary>
    public void Wait()
    {
        Task<Permit> wait = Engine.AcquireAsync(1, Timeout.InfiniteTimeSpan, CancellationToken.None).AsTask();
        Model.Ghost(() => _waits.Add(wait));
    }

    /// <summary>When all is quiet: everybody in line has been granted. Their grants are counted.</summary>
    public void ShouldHaveServed(int waiters)
    {
        Assert.Equal(waiters, _waits.Count);
        Assert.Equal(0, Engine.GetMetrics().Waiting);
        Assert.True(Task.WaitAll([.. _waits], TimeSpan.FromSeconds(30)));
        _granted[3] += waiters;
    }

    /// <summary>When all is quiet: what was not granted is there to be taken, no more, no less.</summary>
    public void ShouldAddUpTo(long permits)
    {
        Assert.InRange(Granted, 0, permits);

        // Rounding, when what was spent is carried over, may cost less than a permit.
        _time.Advance(1000);
        for (long i = 0; i <= permits; i++)
        {
            Take();
        }

        Assert.Equal(permits, Granted);
    }

    Limiter INamedParts.Find(string id) => throw new NotSupportedException();

    Func<Exception>? INamedParts.WhyUnavailable(string limiterId, string? store) => null;

    Limiter INamedParts.Rate(string id, LimiterOptions options, TimeProvider timeProvider) =>
        new ModelBucket(id, options.RatePerSecond!.Value, options.Burst!.Value, timeProvider);

    // A counter of each thread's own, added up when all is quiet.
    private static int Thread => VirtualThread.Current?.Index ?? 3;

    private bool Count(bool granted)
    {
        _granted[Thread] += granted ? 1 : 0;
        return granted;
    }
}
