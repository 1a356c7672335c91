using RateSync.Fast.Algorithms;

namespace RateSync.Fast.State;

/// <summary>What a key's request was answered on.</summary>
internal struct KeyVerdict
{
    /// <summary>Set by a caller that will explain the answer.</summary>
    public bool Explain;

    /// <summary>The key's state after the decision, when it was asked for.</summary>
    public Description Description;

    /// <summary>A rate has answered, and not slots alone.</summary>
    public bool ByRate;

    /// <summary>Slots that were taken, and have to be given back.</summary>
    public int SlotsTaken;

    /// <summary>There was no room to count for this key by itself.</summary>
    public bool Overflowed;
}
