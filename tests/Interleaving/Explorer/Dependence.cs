namespace RateSync.Fast.Tests.Interleaving.Explorer;

/// <summary>
/// Which transitions depend on each other, so that their order may matter. Whatever is not told here commutes, in every state in which both
/// are possible, and neither makes the other possible or impossible.
/// </summary>
/// <remarks>
/// <para>A thread and its store buffer are two agents. Between them:</para>
/// <list type="bullet">
/// <item>A commit needs its store to have been buffered, and whatever needs an empty buffer (read-modify-write, fence, await) needs the
/// commits.
/// Those orders are given, not chosen: <see cref="HappensBefore"/> knows them, nothing is to be reversed.</item>
/// <item>A load and a commit of the same location commute: before the commit the thread reads its own newest store from the buffer, right
/// after it the same value from memory. To keep that true along a whole trace, a load counts as a read of memory
/// even when it is answered by the buffer.</item>
/// <item>A buffered store and a commit commute, except while a fence on all threads waits to see this buffer empty.</item>
/// </list>
/// <para>
/// A fence on all threads returns once each other thread has been at a point with an empty buffer since its call. Buffering and
/// committing therefore depend on its call. Its return depends on nothing; it is made possible by commits.
/// </para>
/// </remarks>
internal static class Dependence
{
    /// <summary>Whether an executed step and the next transition of another agent depend on each other.</summary>
    /// <param name="step">What was done.</param>
    /// <param name="next">What the other agent will do.</param>
    /// <param name="address">Where.</param>
    /// <param name="sameThread">Whether they are a thread and its own buffer.</param>
    /// <param name="writesVisible">Whether an invariant looks at every state of memory.</param>
    public static bool Between(in Step step, Effects next, nuint address, bool sameThread, bool writesVisible)
    {
        Effects done = step.Effects;
        if (writesVisible && (done & next & Effects.Write) != 0)
        {
            return true;
        }

        if (sameThread)
        {
            return (done & Effects.FencePending) != 0 && (done & Effects.Buffer) != 0 && (next & Effects.Buffer) != 0;
        }

        return (step.Address == address && Conflict(done, next))
            || Cross(done, next, Effects.Await, Effects.Write)
            || Cross(done, next, Effects.FenceAll, Effects.Buffer)
            || Cross(done, next, Effects.Call, Effects.Return);
    }

    /// <summary>Whether two accesses to one location depend on each other.</summary>
    private static bool Conflict(Effects a, Effects b) =>
        (a & Effects.Access) != 0 && (b & Effects.Access) != 0 && ((a | b) & Effects.Write) != 0;

    private static bool Cross(Effects a, Effects b, Effects one, Effects other) =>
        ((a & one) != 0 && (b & other) != 0) || ((a & other) != 0 && (b & one) != 0);
}
