namespace RateSync.Fast.Tests.Property.Buckets;

/// <summary>A token bucket's numbers and those of the clock that it runs on.</summary>
internal readonly record struct BucketLimits(double Rate, long Burst, long Frequency)
{
    /// <summary>Steps of the clock with which the bucket is sometimes full, sometimes empty.</summary>
    public long Stride(Random random)
    {
        double few = Frequency / Rate * Math.Min(Burst, Math.Pow(10, random.Next(4)));
        return (long)Math.Clamp(few * (0.5 + (4 * random.NextDouble())), 2, 1L << 52);
    }
}
