namespace RateSync.Fast.Http.Fields;

/// <summary>What an answer says about the calls to come.</summary>
/// <param name="Pause">No call for so long; zero for no pause.</param>
/// <param name="Interval">Calls not closer than this; zero where there is no need.</param>
/// <param name="PacedFor">How long the interval is good for.</param>
internal readonly record struct Advice(TimeSpan Pause, TimeSpan Interval, TimeSpan PacedFor)
{
    /// <summary>Both: the longer pause, and the wider interval.</summary>
    public static Advice operator +(Advice left, Advice right)
    {
        Advice wider = left.Interval >= right.Interval ? left : right;
        return wider with { Pause = left.Pause >= right.Pause ? left.Pause : right.Pause };
    }
}
