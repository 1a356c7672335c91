namespace RateSync.Fast.Tool.Output;

/// <summary>What happened in one stretch of time.</summary>
/// <param name="Label">When.</param>
/// <param name="Granted">Calls that were granted at once.</param>
/// <param name="Waited">Calls that were granted after a wait.</param>
/// <param name="Refused">Calls that were refused.</param>
internal readonly record struct TimelineRow(string Label, long Granted, long Waited, long Refused)
{
    public long Total => Granted + Waited + Refused;
}
