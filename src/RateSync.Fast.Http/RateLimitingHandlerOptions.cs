namespace RateSync.Fast.Http;

/// <summary>What a <see cref="RateLimitingHandler"/> can be told beyond its limiter.</summary>
public sealed record RateLimitingHandlerOptions
{
    internal static readonly RateLimitingHandlerOptions Default = new();

    /// <summary>
    /// The longest that a call waits, for the limiter and for pauses that the far side asked for together. A call that would have to wait
    /// longer is refused, at once where that can be known.
    /// </summary>
    /// <value>By default as long as it takes; the client's own timeout ends the wait too.</value>
    public TimeSpan MaxWait { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>
    /// Whether a refused call is answered with a status of 429 and a <c>Retry-After</c>, made here, instead of a
    /// <see cref="RateLimitTimeoutException"/>.
    /// </summary>
    /// <value>By default not.</value>
    public bool AnswerRefusals { get; init; }

    /// <summary>How many permits a call takes: its cost, or its bytes.</summary>
    /// <value>By default 1.</value>
    public Func<HttpRequestMessage, int>? Permits { get; init; }

    /// <summary>
    /// Whether answers slow the calls to come: <c>Retry-After</c> of a 429 or 503, <c>RateLimit</c> fields and their older forms. No calls
    /// remaining is a pause until the reset, few remaining are spread over the time until then.
    /// </summary>
    /// <value>By default true.</value>
    public bool LearnFromAnswers { get; init; } = true;

    /// <summary>Calls that pause together.</summary>
    /// <value>By default those to the same host and port by the same scheme.</value>
    public Func<HttpRequestMessage, string>? PauseKey { get; init; }

    /// <summary>The longest pause that the far side can ask for; longer ones are cut to it.</summary>
    /// <value>By default five minutes.</value>
    public TimeSpan MaxPause { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Hosts whose wishes are kept at a time.</summary>
    /// <value>By default 1024.</value>
    public int MaxHosts { get; init; } = 1024;

    /// <summary>
    /// Whether an idempotent call (GET, HEAD, OPTIONS, TRACE, PUT, DELETE; without a body or with one that can be sent again) that is
    /// answered with 429 or 503 and asked to come back is sent a second time, after the pause, if <see cref="MaxWait"/> allows it.
    /// </summary>
    /// <value>By default not.</value>
    public bool RetryOnce { get; init; }

    /// <summary>The clock.</summary>
    /// <value>By default the system's.</value>
    public TimeProvider? TimeProvider { get; init; }

    internal void Validate()
    {
        if (MaxWait < TimeSpan.Zero && MaxWait != Timeout.InfiniteTimeSpan)
        {
            Throw(nameof(MaxWait), MaxWait, "It must be zero or more, or Timeout.InfiniteTimeSpan to wait for ever.");
        }

        if (MaxPause < TimeSpan.Zero || MaxPause > TimeSpan.FromDays(1))
        {
            Throw(nameof(MaxPause), MaxPause, "It must be from zero to a day.");
        }

        if (MaxHosts < 1)
        {
            Throw(nameof(MaxHosts), MaxHosts, "It must be 1 or more.");
        }
    }

    private static void Throw(string name, object value, string expected) => throw new ArgumentOutOfRangeException(name, value, expected);
}
