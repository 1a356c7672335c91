namespace RateSync.Fast.Tests.Property.Checks;

/// <summary>The strictest limiter of all: for where only too much would be wrong.</summary>
internal sealed class NothingToBeHad(long limit) : IRateModel
{
    private const long Never = long.MaxValue / 4;

    public long Limit => limit;

    public long Remaining(long now) => -Never;

    public long Take(long now, long permits) => 0;

    public void Refund(long now, long permits, long booking)
    {
    }

    public long TicksUntil(long now, long permits) => Never;

    public long TicksUntilUnused(long now) => Never;
}
