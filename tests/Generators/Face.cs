namespace RateSync.Fast.Tests.Generators;

/// <summary>The limiters by name that compiled code asks.</summary>
internal static class Face
{
    /// <summary>What tests ask about a limiter.</summary>
    public const string Limits = """

        #nullable enable
        /// <summary>Ids are the process's, so each test has its own.</summary>
        public static class Limits
        {
            public static void Slots(string id, int slots) => RateLimit.ConfigureLimiter(id, new LimiterOptions { MaxConcurrent = slots });

            public static void Slots(LimiterRegistry registry, string id, int slots) => registry.ConfigureLimiter(id, new LimiterOptions { MaxConcurrent = slots });

            public static long Held(string id) => RateLimit.GetLimiter(id).GetState().CurrentUsage;

            public static long Held(LimiterRegistry registry, string id) => registry.GetLimiter(id).GetState().CurrentUsage;

            public static long Waiting(string id) => RateLimit.GetLimiter(id).GetState().Waiting;
        }
        """;

    /// <summary>Compiled with the code where the library has no limiters by name.</summary>
    public const string Code = """
        #nullable enable
        namespace RateSync.Fast
        {
            public sealed class LimiterRegistry
            {
                private readonly System.Collections.Concurrent.ConcurrentDictionary<string, Limiter> _limiters = new();
                public void ConfigureLimiter(string id, LimiterOptions options) => _limiters[id] = new TicketSemaphore(options.MaxConcurrent!.Value);
                public Limiter GetLimiter(string id) =>
                    _limiters.TryGetValue(id, out Limiter? limiter) ? limiter : throw new LimiterNotFoundException(id) { Id = id };
                public ValueTask<Permit> AcquireAsync(string id, CancellationToken ct = default) => GetLimiter(id).AcquireAsync(ct);
                public ValueTask<Permit> AcquireAsync(string id, TimeSpan timeout, CancellationToken ct = default) => GetLimiter(id).AcquireAsync(1, timeout, ct);
                public ValueTask<Permit> AcquireAsync(string id, in AcquireOptions options, CancellationToken ct = default) =>
                    GetLimiter(id).AcquireAsync(options.Permits, options.Timeout ?? Timeout.InfiniteTimeSpan, ct);
                public Decision Attempt(string id, int permits = 1) => GetLimiter(id).Attempt(permits);
                public Decision Attempt(string id, in AcquireOptions options) => GetLimiter(id).Attempt(options.Permits);
            }

            public static class RateLimit
            {
                public static LimiterRegistry Registry { get; } = new();
                public static void ConfigureLimiter(string id, LimiterOptions options) => Registry.ConfigureLimiter(id, options);
                public static Limiter GetLimiter(string id) => Registry.GetLimiter(id);
                public static ValueTask<Permit> AcquireAsync(string id, CancellationToken ct = default) => Registry.AcquireAsync(id, ct);
                public static ValueTask<Permit> AcquireAsync(string id, TimeSpan timeout, CancellationToken ct = default) => Registry.AcquireAsync(id, timeout, ct);
                public static ValueTask<Permit> AcquireAsync(string id, in AcquireOptions options, CancellationToken ct = default) =>
                    Registry.AcquireAsync(id, in options, ct);
                public static Decision Attempt(string id, int permits = 1) => Registry.Attempt(id, permits);
                public static Decision Attempt(string id, in AcquireOptions options) => Registry.Attempt(id, in options);
            }
        }
        """;

    public static string All { get; } = typeof(Limiter).Assembly.GetType("RateSync.Fast.RateLimit") is null ? Code + Limits : Limits;
}
