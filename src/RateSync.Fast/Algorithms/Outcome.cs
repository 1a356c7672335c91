namespace RateSync.Fast.Algorithms;

/// <summary>What one atomic step at a reservoir did.</summary>
internal struct Outcome
{
    /// <summary>The caller's permits were granted.</summary>
    public bool Granted;

    /// <summary>A full chunk was handed out and is charged.</summary>
    public bool GotChunk;

    /// <summary>Refused because others wait in line, not for want of permits.</summary>
    public bool HeldByLine;

    /// <summary>Chunks that are charged after the step. 0 means that no cell can hold a token.</summary>
    public int Armed;

    /// <summary>The reservoir's own measure of how full it is after the step; only the reservoir can read it.</summary>
    public long Level;

    /// <summary>Says to the reservoir where this grant was booked, so that a refund can take it out of there.</summary>
    public long Stamp;
}
