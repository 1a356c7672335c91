namespace RateSync.Fast.Tests.Interleaving.Explorer;

/// <summary>What a scenario can ask of the explorer.</summary>
internal static class Model
{
    /// <summary>
    /// Blocks the thread until the condition holds. If it never does, the execution ends in a <see cref="DeadlockException"/>, which is
    /// how a lost wake-up shows.
    /// </summary>
    /// <remarks>
    /// The condition is asked often and outside the model: it sees what is in memory, not what waits in store buffers, and must not change
    /// anything. What it reads must be written through the atomics or inside <see cref="Ghost"/>. Blocking is a full fence. For every
    /// wait of real code, be it a task, an event, or a loop that spins until something changes.
    /// </remarks>
    public static void Await(Func<bool> condition)
    {
        if (VirtualThread.Current is { } thread)
        {
            thread.Await(condition);
        }
        else if (!condition())
        {
            throw new DeadlockException("Nobody else runs who could change this.");
        }
    }

    /// <summary>Any number below <paramref name="alternatives"/>; each of them is explored. 0 outside an exploration.</summary>
    public static int Choose(int alternatives) => VirtualThread.Current?.Choose(alternatives) ?? 0;

    /// <summary>
    /// Reads or changes what only the check knows and several threads touch. A step of its own; all such steps depend on each other,
    /// so that every order of them is explored.
    /// </summary>
    public static void Ghost(Action action)
    {
        if (VirtualThread.Current is { } thread)
        {
            thread.Ghost(action);
        }
        else
        {
            action();
        }
    }

    /// <summary>
    /// Gives a location a name in traces. For those that cannot be found by going through the fields of what the scenario's closures hold.
    /// </summary>
    public static void Name(ref long location, string name) => Trace.Recording?.Names.Add(RawMemory.AddressOf(ref location), name);

    /// <summary>As <see cref="Name(ref long, string)"/>.</summary>
    public static void Name<T>(ref T? location, string name)
        where T : class => Trace.Recording?.Names.Add(RawMemory.AddressOf(ref location), name);
}
