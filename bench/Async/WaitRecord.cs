using System.Diagnostics;

namespace RateSync.Fast.Bench.Async;

/// <summary>
/// One waiting call of ours: notes when it was granted. Allocates nothing itself, so that what is allocated is the limiter's.
/// </summary>
internal sealed class WaitRecord
{
    private readonly Action _continue;
    private System.Runtime.CompilerServices.ValueTaskAwaiter<Permit> _awaiter;
    private CountdownEvent? _done;

    public WaitRecord()
    {
        _continue = Finish;
    }

    /// <summary>Clock tick at which the caller went on.</summary>
    public long At { get; private set; }

    public void Begin(TokenBucket bucket, CountdownEvent done)
    {
        _done = done;
#pragma warning disable CA2012 // The awaiter is used once, as the rule wants; it is kept so that no state machine is allocated.
        _awaiter = bucket.AcquireAsync().GetAwaiter();
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
        _awaiter.GetResult();
        _done!.Signal();
    }
}
