namespace RateSync.Fast.Tests.Property.Checks;

/// <summary>A rate limit written down in the obvious way: slow, exact, for one caller. Times are clock ticks.</summary>
internal interface IRateModel
{
    long Limit { get; }

    /// <summary>Permits to be had; less than zero in debt.</summary>
    long Remaining(long now);

    /// <summary>Takes permits, into debt if there are not enough.</summary>
    /// <returns>Says to <see cref="Refund"/> where this was booked.</returns>
    long Take(long now, long permits);

    /// <summary>Takes part of a grant back.</summary>
    /// <param name="now">Now.</param>
    /// <param name="permits">How many.</param>
    /// <param name="booking">What <see cref="Take"/> said.</param>
    void Refund(long now, long permits, long booking);

    /// <summary>Ticks until so many are to be had, if nobody else asks.</summary>
    long TicksUntil(long now, long permits);

    /// <summary>Ticks until the limiter is as good as unused.</summary>
    long TicksUntilUnused(long now);
}
