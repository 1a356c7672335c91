namespace RateSync.Fast.Tests.Interleaving.Explorer;

/// <summary>One executed transition.</summary>
internal struct Step
{
    /// <summary>Who did it: a thread's number, or the number of threads plus that of the thread whose buffer it was.</summary>
    public int Agent;

    /// <summary>The thread, for a buffer the one it belongs to.</summary>
    public int Thread;

    public OpKind Kind;

    public Effects Effects;

    /// <summary>Number of the location in order of first touch, or -1.</summary>
    public int Location;

    public nuint Address;
}
