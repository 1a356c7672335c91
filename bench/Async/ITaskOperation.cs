namespace RateSync.Fast.Bench.Async;

/// <summary>One thing that tasks do over and over, as a struct, so that each gets a loop of its own.</summary>
internal interface ITaskOperation
{
    /// <summary>Does it until told to stop.</summary>
    /// <param name="done">Counted up once for each operation.</param>
    /// <param name="stop">Tells when to stop.</param>
    Task RunAsync(TaskCounter done, StopSign stop);
}
