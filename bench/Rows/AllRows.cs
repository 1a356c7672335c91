namespace RateSync.Fast.Bench.Rows;

/// <summary>Everything that the headline measures, in order, and what each goal is called.</summary>
internal static class AllRows
{
    private static readonly Dictionary<string, string> s_titles = new(StringComparer.OrdinalIgnoreCase)
    {
        ["P1"] = "TokenBucket.TryAcquire, granted, one thread",
        ["P1b"] = "the same below the floor: tokens that a thread alone spends",
        ["P2"] = "the same on two threads",
        ["P3"] = "the same on sixteen threads",
        ["P4"] = "TokenBucket.TryAcquire, refused",
        ["G10"] = "a flood of refusals",
        ["P5"] = "TicketSemaphore, free: a slot taken and given back",
        ["P6"] = "TicketSemaphore, waiting in line",
        ["P7"] = "TokenBucket.AcquireAsync, ten thousand waiting",
        ["P8"] = "KeyedLimiter, a thousand keys",
        ["P9"] = "KeyedLimiter, a million keys",
        ["P10"] = "SlidingWindow and FixedWindow, granted",
        ["P13"] = "what counting costs",
        ["P14"] = "limiters by name",
    };

    /// <summary>Every number there is.</summary>
    public static IReadOnlyCollection<string> Ids => s_titles.Keys;

    public static string TitleOf(string id) => s_titles[id];

    /// <summary>The groups that have rows of the given numbers; all of them if none is given.</summary>
    public static List<RowGroup> Make(IReadOnlyCollection<string> ids)
    {
        (string[] Ids, Func<RowGroup> Make)[] all =
        [
            (["P1", "P1b", "P2"], static () => new GrantedRows()),
            (["P3"], static () => new CrowdedRows()),
            (["P4", "G10"], static () => new RefusedRows()),
            (["P5"], static () => new SemaphoreRows()),
            (["P6"], static () => new HandOverRows()),
            (["P7"], static () => new WaitingRows()),
            (["P8"], static () => new KeyedRows()),
            (["P9"], static () => new ManyKeysRows()),
            (["P10"], static () => new WindowRows()),
            (["P13"], static () => new MetricsRows()),
            (["P14"], static () => new NamedRows()),
        ];
        return [.. all.Where(g => ids.Count == 0 || g.Ids.Any(id => ids.Contains(id, StringComparer.OrdinalIgnoreCase))).Select(static g => g.Make())];
    }
}
