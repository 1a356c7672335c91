using RateSync.Fast.Engine;
using RateSync.Fast.State;
using RateSync.Fast.Time;

namespace RateSync.Fast.Tests.Property.Semaphores;

/// <summary>A semaphore put together as the library does it, over any atomics, whose number of slots can be changed at will.</summary>
internal sealed class GateLimiter<TAtomics> : Limiter
    where TAtomics : struct, IAtomics
{
    private readonly TicketGate<TAtomics> _gate;

    public GateLimiter(int initial, int most, int queueLimit, TimeProvider timeProvider)
        : base(null)
    {
        _gate = new(initial, shards: 0, queueLimit);
        Use(new TicketEngine<TAtomics>(this, _gate, new Clock(timeProvider), most));
    }

    public void SetMax(int max) => _gate.SetMax(max);

    public override bool TryAcquire() => _gate.TryEnter(ThreadSlot.Current);
}
