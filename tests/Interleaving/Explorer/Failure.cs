namespace RateSync.Fast.Tests.Interleaving.Explorer;

/// <summary>A violation, with the execution that shows it.</summary>
/// <param name="Exception">What a check threw.</param>
/// <param name="Schedule">Who took each step.</param>
/// <param name="Trace">What each step did, one per line.</param>
internal sealed record Failure(Exception Exception, Schedule Schedule, string Trace)
{
    public override string ToString() =>
        $"{Exception.GetType().Name}: {Exception.Message}\nschedule: {Schedule}\n{Trace}\n{Exception.StackTrace}";
}
