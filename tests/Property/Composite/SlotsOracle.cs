using RateSync.Fast.Tests.Property.Waiting;

namespace RateSync.Fast.Tests.Property.Composite;

/// <summary>Slots as a limit that time does not give back.</summary>
internal sealed class SlotsOracle(int max) : IRateOracle
{
    private int _out;

    public long Limit => max;

    public long DueAt(long now, int permits) => _out + permits <= max ? now : long.MaxValue;

    public void Take(long now, int permits) => _out += permits;

    public void Refund(long now, int permits, long grantedAt) => _out -= permits;

    public IRateOracle Copy() => throw new NotSupportedException();
}
