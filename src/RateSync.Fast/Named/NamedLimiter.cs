namespace RateSync.Fast.Named;

/// <summary>A limiter as configured under a name: what it does can be changed while it is in use.</summary>
internal sealed class NamedLimiter : Limiter
{
    private readonly NamedEngine _engine;

    /// <summary>Makes it and its parts.</summary>
    /// <param name="id">The name.</param>
    /// <param name="options">What it does; valid.</param>
    /// <param name="parts">Finds other limiters that the options refer to, and tells when a store is not to be had.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    public NamedLimiter(string id, LimiterOptions options, INamedParts parts, TimeProvider? timeProvider)
        : base(id)
    {
        _engine = new NamedEngine(this, options, parts, timeProvider);
        Use(_engine);
    }

    /// <summary>What it does at present.</summary>
    public LimiterOptions Options => _engine.Options;

    /// <summary>Where it was configured.</summary>
    public LimiterSource Source { get; private set; }

    /// <summary>The file that it comes from.</summary>
    public string? File { get; private set; }

    /// <summary>Which limiter it is a clone of.</summary>
    public string? ClonedFrom { get; private set; }

    /// <inheritdoc/>
    public override bool TryAcquire() => _engine.TryTakeOne();

    /// <summary>Makes what new options need, or throws if it cannot be made. Changes nothing yet.</summary>
    public NamedPlan Prepare(LimiterOptions options) => _engine.Prepare(options);

    /// <summary>From now on does what was prepared; what was spent stays spent, and whoever waits stays in line.</summary>
    public void Change(NamedPlan prepared)
    {
        // Calls may ask for what either of the two can grant until it is settled which.
        UpdateLimit(Math.Max(Limit, prepared.Limit));
        _engine.Change(prepared);
        UpdateLimit(_engine.Limit);
    }

    /// <summary>Its store may have come or gone.</summary>
    public void RevisitStore()
    {
        if (_engine.HasStoreChanged)
        {
            Change(Prepare(Options));
        }
    }

    /// <summary>Throws what each use of it would throw if its store is not to be had.</summary>
    public void EnsureAvailable() => _engine.EnsureAvailable();

    /// <summary>Notes who configured it. Within the registry's lock.</summary>
    public void SetOrigin(LimiterSource source, string? file, string? clonedFrom) => (Source, File, ClonedFrom) = (source, file, clonedFrom);

    public LimiterInfo Describe() => new()
    {
        Id = Id,
        Options = Options,
        Source = Source,
        File = File,
        ClonedFrom = ClonedFrom,
        IsInitialized = _engine.IsAvailable,
    };

    public void DisposeWithClones() => Dispose();

    /// <summary>Forgets what was spent and counted in time; slots that are out stay out.</summary>
    public void Reset() => _engine.Reset();
}
