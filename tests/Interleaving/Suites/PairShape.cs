using RateSync.Fast.State;

namespace RateSync.Fast.Tests.Interleaving.Suites;

/// <summary>Buckets of two slots, two of them for each key.</summary>
internal readonly struct PairShape : ITableShape
{
    public static int Slots => 2;

    public static int Ways => 2;
}
