using RateSync.Fast.Algorithms;

namespace RateSync.Fast.State;

/// <summary>A slow path's answer and what it was based on.</summary>
internal struct Verdict
{
    /// <summary>The reservoir's last step for the call.</summary>
    public Outcome Outcome;

    /// <summary>The clock tick it was made at.</summary>
    public long Now;

    /// <summary>Set by a caller that will explain the answer: shortcuts that know only the answer are then not taken.</summary>
    public bool Explain;
}
