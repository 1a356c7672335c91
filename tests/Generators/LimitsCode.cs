namespace RateSync.Fast.Tests.Generators;

/// <summary>What compiled code asks about limiters. It is compiled with it.</summary>
internal static class LimitsCode
{
    public const string Text = """
        #nullable enable
        /// <summary>Ids are the process's, so each test has its own.</summary>
        public static class Limits
        {
            public static void Slots(string id, int slots) => Slots(RateLimit.Registry, id, slots);

            public static void Slots(LimiterRegistry registry, string id, int slots) =>
                registry.ConfigureLimiter(id, new LimiterOptions { MaxConcurrent = slots });

            public static long Held(string id) => RateLimit.GetLimiter(id).GetState().CurrentUsage;

            public static long Held(LimiterRegistry registry, string id) => registry.GetLimiter(id).GetState().CurrentUsage;

            public static long Waiting(string id) => RateLimit.GetLimiter(id).GetState().Waiting;
        }
        """;
}
