namespace RateSync.Fast.Tests.Tool;

/// <summary>The obvious limiters, one for each client, in whole ticks: nothing is rounded.</summary>
internal static class Model
{
    /// <summary>A bucket with a line before it: first come, first served; who could not be served in time does not stand in line.</summary>
    /// <param name="requests">In order of time.</param>
    /// <param name="perMega">Permits in a million seconds.</param>
    /// <param name="burst">The most that are there.</param>
    /// <param name="patience">How long callers wait, in seconds; null for ever.</param>
    public static Dictionary<string, Figures> Bucket(IEnumerable<(long Second, string Client)> requests, long perMega, int burst, long? patience)
    {
        Dictionary<string, Figures> figures = new(StringComparer.Ordinal);

        // When the permits of a client will all be there again. A second is as many parts as there come permits in a million of them, so
        // that a permit takes a million parts.
        const long Permit = 1_000_000;
        Dictionary<string, long> fullAt = new(StringComparer.Ordinal);
        foreach ((long second, string client) in requests)
        {
            long now = second * perMega;
            long full = Math.Max(now, fullAt.GetValueOrDefault(client));
            long wait = Math.Max(0, full + Permit - (burst * Permit) - now);
            bool granted = patience is null || wait <= patience * perMega;
            fullAt[client] = granted ? full + Permit : full;
            figures[client] = figures.GetValueOrDefault(client).With(granted, (double)wait / perMega);
        }

        return figures;
    }

    /// <summary>At most so many in any time that is as long as the window.</summary>
    public static Dictionary<string, Figures> Window(IEnumerable<(long Second, string Client)> requests, int limit, long window)
    {
        Dictionary<string, Figures> figures = new(StringComparer.Ordinal);
        Dictionary<string, List<long>> grants = new(StringComparer.Ordinal);
        foreach ((long second, string client) in requests)
        {
            long now = second * TimeSpan.TicksPerSecond;
            grants.TryAdd(client, []);
            bool granted = grants[client].Count(grant => grant > now - window) < limit;
            if (granted)
            {
                grants[client].Add(now);
            }

            figures[client] = figures.GetValueOrDefault(client).With(granted, 0);
        }

        return figures;
    }

    internal readonly record struct Figures(long Grants, long Refusals, long Waits, double LongestWait)
    {
        public Figures With(bool granted, double wait) => granted
            ? new Figures(Grants + 1, Refusals, Waits + (wait > 0 ? 1 : 0), Math.Max(LongestWait, wait))
            : this with { Refusals = Refusals + 1 };
    }
}
