using RateSync.Fast.Tool.Output;

namespace RateSync.Fast.Tool.Replaying;

/// <summary>
/// A limiter of a configuration, as it would have met the requests of a log: each key counted for itself, as by <c>For(id, key)</c>, in
/// this process, whatever its store. What is granted is given back at once: a log does not say how long requests took.
/// </summary>
internal sealed class ReplayedLimiter
{
    private readonly LimiterRegistry _registry;
    private readonly LogClock _clock;
    private readonly bool _keyed;
    private readonly bool _waits;
    private readonly LimiterOptions _options;
    private readonly Dictionary<string, WaitingKey> _waiting = new(StringComparer.Ordinal);
    private readonly PriorityQueue<string, (long Due, long Number)> _due = new();
    private readonly Dictionary<string, Tally> _clients = new(StringComparer.Ordinal);
    private readonly TimeSpan _timeout;
    private long _number;

    public ReplayedLimiter(LimiterRegistry registry, LogClock clock, string id, LimiterOptions options, bool keyed, bool waits)
    {
        (_registry, _clock, Id, _options, _keyed, _waits) = (registry, clock, id, options, keyed, waits);
        _timeout = options.Timeout ?? Timeout.InfiniteTimeSpan;
        registry.ConfigureLimiter(id, Alone(options));
        if (keyed)
        {
            // Whether keys can be told apart is known now.
            _ = registry.For(id, "");
        }
    }

    public string Id { get; }

    public Tally All { get; } = new();

    public IReadOnlyDictionary<string, Tally> Clients => _clients;

    public Timeline Timeline { get; } = new();

    public Percentiles Waits { get; } = new();

    /// <summary>Why a log says nothing about such a limiter; null if it does.</summary>
    public static string? WhyNot(LimiterOptions options) =>
        options.RatePerSecond is not null || options.Limit is not null ? null
        : options.Limiters is not null ? "it has no limit of its own; its parts are replayed for themselves"
        : "it limits only how many run at the same time, and a log does not say how long they took";

    /// <summary>A request at the time that the clock shows.</summary>
    public void Request(string key, long ticks)
    {
        Serve(ticks);
        _clock.Set(ticks);
        if (_waiting.TryGetValue(key, out WaitingKey? line) && line.Arrivals.Count > 0)
        {
            if (line.Arrivals.Count >= (_options.QueueLimit ?? int.MaxValue) || (TurnOf(line) - ticks) > TimeoutTicks)
            {
                Refuse(key, ticks);
            }
            else
            {
                line.Arrivals.Enqueue(ticks);
            }

            return;
        }

        Decision decision = Attempt(key);
        if (decision.Allowed)
        {
            Grant(key, ticks, TimeSpan.Zero);
        }
        else if (!_waits || _options.QueueLimit == 0 || !CanWait(decision.RetryAfter, ticks, ticks))
        {
            Refuse(key, ticks);
        }
        else
        {
            line ??= _waiting[key] = new WaitingKey();
            line.Arrivals.Enqueue(ticks);
            Plan(key, line, ticks + Math.Max(1, decision.RetryAfter.Ticks));
        }
    }

    /// <summary>Serves those who still wait when the log is at its end.</summary>
    public void Finish() => Serve(long.MaxValue);

    private long TimeoutTicks => _timeout == Timeout.InfiniteTimeSpan ? long.MaxValue : _timeout.Ticks;

    private static LimiterOptions Alone(LimiterOptions options) => options with
    {
        Store = null,
        Shadow = false,
        Strict = false,
        FailClosed = false,
        OnStoreFailure = null,
        Lease = null,
        MaxLease = null,
        MaxConcurrent = null,
        Priorities = null,
        Weights = null,
        Fair = false,
        Limiters = null,
        Strategy = default,
    };

    /// <summary>Lets those who wait have their turns until a time.</summary>
    private void Serve(long until)
    {
        while (_due.TryPeek(out string? key, out (long Due, long Number) turn) && turn.Due <= until)
        {
            _due.Dequeue();
            _clock.Set(turn.Due);
            ServeKey(key, _waiting[key], turn.Due);
        }
    }

    private void ServeKey(string key, WaitingKey line, long now)
    {
        while (line.Arrivals.TryPeek(out long arrival))
        {
            Decision decision = Attempt(key);
            if (!decision.Allowed && CanWait(decision.RetryAfter, arrival, now))
            {
                Plan(key, line, now + Math.Max(1, decision.RetryAfter.Ticks));
                return;
            }

            line.Arrivals.Dequeue();
            if (decision.Allowed)
            {
                Grant(key, arrival, TimeSpan.FromTicks(now - arrival));
            }
            else
            {
                Refuse(key, arrival);
            }
        }

        _waiting.Remove(key);
    }

    private void Plan(string key, WaitingKey line, long due)
    {
        line.Due = due;
        _due.Enqueue(key, (due, _number++));
    }

    /// <summary>When whoever comes now would have its turn, where that is known: a bucket serves its line evenly.</summary>
    private long TurnOf(WaitingKey line) =>
        _options.RatePerSecond is { } rate ? line.Due + (long)(line.Arrivals.Count * TimeSpan.TicksPerSecond / rate) : line.Due;

    private bool CanWait(TimeSpan retryAfter, long arrival, long now) =>
        retryAfter != Timeout.InfiniteTimeSpan && now - arrival + retryAfter.Ticks <= TimeoutTicks;

    private Decision Attempt(string key) => _keyed ? _registry.For(Id, key).Attempt() : _registry.Attempt(Id);

    private void Grant(string key, long arrival, TimeSpan wait)
    {
        All.Grant(wait);
        Client(key).Grant(wait);
        Timeline.Grant(arrival, wait > TimeSpan.Zero);
        if (wait > TimeSpan.Zero)
        {
            Waits.Add(wait);
        }
    }

    private void Refuse(string key, long arrival)
    {
        All.Refuse();
        Client(key).Refuse();
        Timeline.Refuse(arrival);
    }

    private Tally Client(string key)
    {
        if (!_clients.TryGetValue(key, out Tally? tally))
        {
            tally = new Tally();
            _clients.Add(key, tally);
        }

        return tally;
    }

    /// <summary>Those who wait for a key.</summary>
    private sealed class WaitingKey
    {
        public Queue<long> Arrivals { get; } = new();

        /// <summary>When the first of them has its turn.</summary>
        public long Due { get; set; }
    }
}
