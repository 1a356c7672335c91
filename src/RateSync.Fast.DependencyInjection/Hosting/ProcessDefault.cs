namespace RateSync.Fast.DependencyInjection.Hosting;

/// <summary>Hosts whose registry the whole process goes by: the last one that is still there, and what was before the first.</summary>
internal static class ProcessDefault
{
    // A lock: taken once by a host that comes and once when it goes.
    private static readonly Lock s_gate = new();
    private static readonly List<LimiterRegistry> s_hosts = [];
    private static LimiterRegistry? s_before;

    public static void Set(LimiterRegistry registry)
    {
        lock (s_gate)
        {
            LimiterRegistry? previous = RateLimit.UseRegistry(registry);
            if (s_hosts.Count == 0)
            {
                s_before = previous;
            }

            s_hosts.Add(registry);
        }
    }

    public static void Remove(LimiterRegistry registry)
    {
        lock (s_gate)
        {
            s_hosts.RemoveAt(s_hosts.LastIndexOf(registry));
            LimiterRegistry? next = s_hosts.Count > 0 ? s_hosts[^1] : s_before;
            LimiterRegistry? current = RateLimit.UseRegistry(next);
            if (!ReferenceEquals(current, registry))
            {
                // Somebody has set another one since, which is not ours to take away.
                RateLimit.UseRegistry(current);
            }

            if (s_hosts.Count == 0)
            {
                s_before = null;
            }
        }
    }
}
