using RateSync.Fast.Tool.Logs;
using RateSync.Fast.Tool.Output;

namespace RateSync.Fast.Tool.Replaying;

/// <summary>A log gone through by the limiters of a configuration, each for itself.</summary>
internal sealed class Replay(RateSyncConfiguration configuration, LineKey key, bool waits)
{
    private const int Often = 4096;

    private readonly List<ReplayedLimiter> _limiters = [];
    private readonly Dictionary<string, string> _left = new(StringComparer.Ordinal);

    public AccessLogReader Log { get; } = new(key);

    public IReadOnlyList<ReplayedLimiter> Limiters => _limiters;

    /// <summary>Limiters that were left out, and why.</summary>
    public IReadOnlyDictionary<string, string> Left => _left;

    public long Requests { get; private set; }

    public DateTime First { get; private set; }

    public DateTime Last { get; private set; }

    /// <param name="ids">The limiters that are meant.</param>
    /// <param name="text">The log.</param>
    /// <param name="progress">To say how far it is.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public void Run(IReadOnlyCollection<string> ids, TextReader text, Progress progress, CancellationToken cancellationToken)
    {
        List<Running> running = [];
        foreach (LogLine line in Log.Read(text))
        {
            if (Requests == 0)
            {
                First = new DateTime(line.Ticks, DateTimeKind.Utc);
                running = Begin(ids, line.Ticks);
            }

            Requests++;
            Last = new DateTime(line.Ticks, DateTimeKind.Utc);
            foreach (Running limiter in running)
            {
                limiter.Limiter.Request(line.Key, line.Ticks);
            }

            if (Requests % Often == 0)
            {
                progress.Say(() => Words.Text($"{Log.Lines:N0} lines"));
                if (cancellationToken.IsCancellationRequested)
                {
                    break;
                }
            }
        }

        foreach (Running limiter in running)
        {
            limiter.Limiter.Finish();
            limiter.Registry.Dispose();
        }
    }

    /// <summary>Each has a clock of its own, which runs ahead to serve those who wait.</summary>
    private List<Running> Begin(IReadOnlyCollection<string> ids, long ticks)
    {
        List<Running> running = [];
        foreach (string id in ids)
        {
            LimiterOptions options = configuration.Limiters[id];
            if (ReplayedLimiter.WhyNot(options) is { } reason)
            {
                _left[id] = reason;
                continue;
            }

            LogClock clock = new(ticks);
            LimiterRegistry registry = new(new LimiterRegistryOptions
            {
                AutoLoad = false,
                WatchInterval = Timeout.InfiniteTimeSpan,
                TimeProvider = clock,
            });
            try
            {
                ReplayedLimiter limiter = new(registry, clock, id, options, !key.IsOne, waits);
                _limiters.Add(limiter);
                running.Add(new Running(limiter, registry));
            }
            catch (Exception exception) when (exception is RateSyncException or ArgumentException)
            {
                registry.Dispose();
                _left[id] = exception.Message.ReplaceLineEndings(" ");
            }
        }

        return running;
    }

    private readonly record struct Running(ReplayedLimiter Limiter, LimiterRegistry Registry);
}
