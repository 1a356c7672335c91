using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Threading.RateLimiting;

namespace RateSync.Fast.Bench.Async;

/// <summary>One waiting call of the platform's limiter; see <see cref="WaitRecord"/>.</summary>
internal sealed class PeerWaitRecord
{
    private readonly Action _continue;
    private ValueTaskAwaiter<RateLimitLease> _awaiter;
    private CountdownEvent? _done;

    public PeerWaitRecord()
    {
        _continue = Finish;
    }

    /// <summary>Clock tick at which the caller went on.</summary>
    public long At { get; private set; }

    public void Begin(RateLimiter limiter, CountdownEvent done)
    {
        _done = done;
#pragma warning disable CA2012 // The awaiter is used once, as the rule wants; it is kept so that no state machine is allocated.
        _awaiter = limiter.AcquireAsync().GetAwaiter();
#pragma warning restore CA2012
        if (_awaiter.IsCompleted)
        {
            Finish();
        }
        else
        {
            _awaiter.UnsafeOnCompleted(_continue);
        }
    }

    private void Finish()
    {
        At = Stopwatch.GetTimestamp();
        _awaiter.GetResult().Dispose();
        _done!.Signal();
    }
}
