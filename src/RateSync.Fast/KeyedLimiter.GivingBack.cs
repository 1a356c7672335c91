using RateSync.Fast.Algorithms;
using RateSync.Fast.Engine;
using RateSync.Fast.State;

namespace RateSync.Fast;

public sealed partial class KeyedLimiter
{
    /// <summary>Gives permits of a rate back unused. The bound then holds for net grants.</summary>
    /// <param name="key">The key.</param>
    /// <param name="permits">How many, 0 or more; not more than were granted.</param>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public void Refund(LimiterKey key, int permits)
    {
        Check.AtLeast(permits, 0, nameof(permits));
        if (permits > 0)
        {
            KeyHash hash = key.Hash(_hasher, _ipv6Prefix);
            _core.Refund(hash, permits);
            Volatile.Read(ref _lines)?.WakeUp(hash);
        }
    }

    /// <summary>
    /// States what the work really took, after <paramref name="granted"/> permits were acquired for it: gives the rest back, or takes the
    /// difference as well, into debt if need be, which is paid before the key's next grant.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="granted">What was granted.</param>
    /// <param name="actual">What was used.</param>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or a debt that no word can hold.</exception>
    public void Settle(LimiterKey key, int granted, int actual)
    {
        Check.AtLeast(granted, 0, nameof(granted));
        Check.AtLeast(actual, 0, nameof(actual));
        if (actual <= granted)
        {
            Refund(key, granted - actual);
        }
        else if (!_core.TryCharge(key.Hash(_hasher, _ipv6Prefix), actual - granted))
        {
            Check.Throw(nameof(actual), actual, "The difference must fit the key's debt, and a limit on concurrency has none.");
        }
    }

    Limiter? IPermitOwner.Granter => null;

    void IPermitOwner.Close(in Permit permit, int permits)
    {
        int slots = KeyPermits.Close(permit, permits, out KeyHash key);
        if (slots > 0)
        {
            GiveBack(key, slots);
        }
    }

    void IPermitOwner.Refund(in Permit permit, int permits) => ((IPermitOwner)this).Close(permit, permits);

    void IPermitOwner.TakeIntoDebt(in Permit permit, long permits, string parameter) => Check.Throw(
        parameter,
        permits + permit.Permits,
        $"Slots cannot be held without being acquired: the actual use of {Id} can be at most the {permit.Permits} that were granted.");

    /// <summary>
    /// Gives concurrency slots of a key back that were taken without a <see cref="Permit"/>, by <see cref="TryAcquire(LimiterKey, int)"/>.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="permits">How many, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    /// <exception cref="InvalidOperationException">This limiter is not one on concurrency.</exception>
    /// <exception cref="SemaphoreFullException">The key has fewer slots out; none was given back.</exception>
    public void Release(LimiterKey key, int permits = 1)
    {
        Check.AtLeast(permits, 1, nameof(permits));
        if (!_refundable)
        {
            throw new InvalidOperationException($"{Id} limits a rate: there are no slots to give back. Use Refund for permits that were not used.");
        }

        GiveBack(key.Hash(_hasher, _ipv6Prefix), permits);
    }

    private void GiveBack(in KeyHash hash, int permits)
    {
        if (!_core.Refund(hash, permits))
        {
            throw new SemaphoreFullException($"{Id}: the key has fewer slots out than were to be given back.");
        }

        Volatile.Read(ref _lines)?.WakeUp(hash);
    }
}
