namespace RateSync.Fast.State;

/// <summary>A bucket is two cache lines, one of fingerprints and one of states; a key may lie in any of three.</summary>
internal readonly struct LineShape : ITableShape
{
    public static int Slots => 8;

    public static int Ways => 3;
}
