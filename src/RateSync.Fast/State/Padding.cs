namespace RateSync.Fast.State;

/// <summary>Distances that keep what different threads write apart.</summary>
internal static class Padding
{
    /// <summary>Bytes between two words written by different threads: a pair of 64-byte cache lines.</summary>
    public const int Line = 128;

    /// <summary>
    /// Bytes kept free at the head of an element of an array of which all elements are used. An array's length lies right before its first
    /// element and is read with every access: without the distance, whoever uses that element would slow everybody else down.
    /// </summary>
    public const int Head = 64;
}
