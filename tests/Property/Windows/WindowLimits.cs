namespace RateSync.Fast.Tests.Property.Windows;

/// <summary>A window limit's numbers and those of the clock that it runs on.</summary>
internal readonly record struct WindowLimits(int Limit, TimeSpan Window, long Frequency)
{
    private static readonly long[] s_frequencies = [1_000_000_000, 10_000_000, 1_000_000, 1000];

    /// <summary>The window's length in clock ticks.</summary>
    public long Ticks => (long)((Int128)Window.Ticks * Frequency / TimeSpan.TicksPerSecond);

    /// <summary>Random limits of at most so many ticks.</summary>
    public static WindowLimits Any(Random random, int mostPermits, long mostTicks)
    {
        while (true)
        {
            int limit = random.Next(3) switch
            {
                0 => random.Next(1, 6),
                1 => random.Next(1, 100),
                _ => (int)Math.Min(mostPermits, Math.Pow(2, random.NextDouble() * 31)),
            };
            TimeSpan window = random.Next(3) switch
            {
                0 => TimeSpan.FromTicks(random.Next(1, 50)),
                1 => TimeSpan.FromMilliseconds(random.Next(1, 10_000)),
                _ => TimeSpan.FromTicks((long)Math.Pow(10, random.NextDouble() * 15)),
            };
            WindowLimits limits = new(Math.Min(limit, mostPermits), window, s_frequencies[random.Next(s_frequencies.Length)]);
            if (limits.Ticks >= 1 && limits.Ticks <= mostTicks)
            {
                return limits;
            }
        }
    }

    /// <summary>Steps of the clock with which several fall into a window, or few.</summary>
    public long Stride(Random random) => Math.Max(2, (long)(Ticks / Math.Pow(10, random.NextDouble() * 2) * 3));
}
