namespace RateSync.Fast.Tests.Property.Waiting;

/// <summary>A token bucket that is full again at a time which every permit puts off by what it costs.</summary>
internal sealed class BucketOracle(long ticksPerPermit, int burst) : IRateOracle
{
    private long _fullAt;

    public long Limit => burst;

    public long DueAt(long now, int permits) =>
        Math.Max(now, Math.Max(_fullAt, now) + ((permits - (long)burst) * ticksPerPermit));

    public void Take(long now, int permits) => _fullAt = Math.Max(_fullAt, now) + (permits * ticksPerPermit);

    public void Refund(long now, int permits, long grantedAt) => _fullAt = Math.Max(now, _fullAt - (permits * ticksPerPermit));

    public IRateOracle Copy() => new BucketOracle(ticksPerPermit, burst) { _fullAt = _fullAt };
}
