namespace RateSync.Fast.State;

/// <summary>Distances that keep what different threads write apart.</summary>
internal static class Padding
{
    /// <summary>Bytes between two words written by different threads: a pair of 64-byte cache lines.</summary>
    public const int Line = 128;
}
