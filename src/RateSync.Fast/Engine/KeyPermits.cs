using RateSync.Fast.Algorithms;
using RateSync.Fast.State;

namespace RateSync.Fast.Engine;

/// <summary>Permits of keys: they hold slots, and remember whose. What a rate grants to a key is spent, and its permit is empty.</summary>
internal static class KeyPermits
{
    public const long NoRate = -1;

    /// <summary>The permit for slots that were taken; an empty one if none were.</summary>
    /// <param name="owner">Who takes them back.</param>
    /// <param name="key">The key.</param>
    /// <param name="permits">How many permits were granted.</param>
    /// <param name="slots">How many slots were taken for them.</param>
    /// <param name="rate">Whether permits of a rate were granted as well.</param>
    public static Permit Open(IPermitOwner owner, in KeyHash key, int permits, int slots, bool rate)
    {
        if (slots == 0)
        {
            return default;
        }

        TicketRecord record = TicketRecords.Rent();
        record.Key = key;
        record.Booking = rate ? 0 : NoRate;
        return new Permit(owner, permits, record.Open(slots), record);
    }

    /// <summary>Takes up to so many slots out of a permit.</summary>
    /// <param name="permit">A permit that is not empty.</param>
    /// <param name="slots">How many at the most.</param>
    /// <param name="key">Whose they are.</param>
    /// <returns>How many have to be given back now.</returns>
    public static int Close(in Permit permit, int slots, out KeyHash key)
    {
        // Before it is closed: from then on the record may stand for another permit. If it did already, nothing is closed.
        TicketRecord record = permit.Record!;
        key = record.Key;
        int closed = (int)record.Close(permit.Stamp, slots, out bool last);
        if (last)
        {
            TicketRecords.Return(record);
        }

        return closed;
    }

    /// <summary>
    /// Whether permits of a rate were granted along with the slots; false also once the slots are given back, when nobody knows any more.
    /// </summary>
    public static bool HasRate(in Permit permit, out KeyHash key)
    {
        TicketRecord record = permit.Record!;
        key = record.Key;
        bool rate = record.Booking != NoRate;
        return record.Remaining(permit.Stamp) > 0 && rate;
    }
}
