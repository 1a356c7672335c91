namespace RateSync.Fast.Tests.Property.Checks;

/// <summary>Times to jump by.</summary>
internal static class Clocks
{
    /// <summary>A number of ticks of any order of magnitude up to 2^<paramref name="bits"/>.</summary>
    public static long AnyOrder(Random random, int bits)
    {
        int order = random.Next(1, bits);
        long span = (1L << order) + random.NextInt64(1L << order);
        return random.Next(4) == 0 ? 1L << (order + 1) : span;
    }
}
