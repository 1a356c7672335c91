using RateSync.Fast.Algorithms;

namespace RateSync.Fast;

/// <summary>At most <c>Burst + RatePerSecond * d</c> permits are used in every interval of d seconds.</summary>
/// <param name="RatePerSecond">Permits per second, from 1e-9 to 1e9.</param>
/// <param name="Burst">Permits that a full bucket holds, from 1 to 2^40.</param>
public sealed record TokenBucketLimit(double RatePerSecond, long Burst) : StoreLimit
{
    /// <inheritdoc/>
    public override long Most => Burst;

    /// <summary>The rate in whole numbers for a clock, the same in every process.</summary>
    /// <param name="ticksPerSecond">The frequency of the store's clock: 1,000,000 for one that counts microseconds.</param>
    /// <exception cref="ArgumentOutOfRangeException">The numbers are out of range, alone or together.</exception>
    public RateUnits InUnits(long ticksPerSecond)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ticksPerSecond);
        RateScale scale = RateScale.Create(RatePerSecond, Burst, ticksPerSecond, nameof(RatePerSecond), nameof(Burst));
        return new RateUnits(scale.UnitsPerTick, scale.Shift, scale.Cost, scale.Capacity);
    }

    private protected override void ValidateMore() =>
        RateScale.Create(RatePerSecond, Burst, 1_000_000_000, nameof(RatePerSecond), nameof(Burst));
}
