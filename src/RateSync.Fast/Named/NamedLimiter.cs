using RateSync.Fast.Engine;
using RateSync.Fast.State;

namespace RateSync.Fast.Named;

/// <summary>A limiter as configured under a name: what it does can be changed while it is in use.</summary>
internal sealed class NamedLimiter : Limiter, IHasDirectPart
{
    private readonly NamedEngine<InterlockedAtomics> _engine;
    private readonly TimeProvider? _timeProvider;

    // Made at the first use of a key.
    private CloneTable? _clones;

    // Who asks by texts that are made anew for each call would only keep writing to memory that others read.
    private const int MostAliases = 16;

    private int _aliases;
    private LimiterSource _source;
    private string? _file;
    private string? _clonedFrom;

    // Mutable struct: must not be readonly.
    private DirectPart<InterlockedAtomics> _direct;

    /// <summary>Makes it and its parts.</summary>
    /// <param name="id">The name.</param>
    /// <param name="options">What it does; valid.</param>
    /// <param name="parts">Finds other limiters that the options refer to, and tells when a store is not to be had.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    public NamedLimiter(string id, LimiterOptions options, INamedParts parts, TimeProvider? timeProvider)
        : base(id)
    {
        _timeProvider = timeProvider;
        _engine = new NamedEngine<InterlockedAtomics>(this, this, options, parts, timeProvider);
        Use(_engine);
    }

    /// <summary>What it does at present.</summary>
    public LimiterOptions Options => _engine.Options;

    /// <summary>Where it was configured.</summary>
    public LimiterSource Source => _source;

    /// <summary>The file that it comes from.</summary>
    public string? File => _file;

    /// <summary>Which limiter it is a clone of.</summary>
    public string? ClonedFrom => _clonedFrom;

    /// <summary>The string object by which the limiter was found lately.</summary>
    public string? Alias { get; private set; }

    /// <summary>Notes a string object by which the limiter was found; false if it has had too many already. Any thread may win.</summary>
    public bool TryTakeAlias(string id)
    {
        if (_aliases >= MostAliases || ReferenceEquals(Alias, id))
        {
            return ReferenceEquals(Alias, id);
        }

        _aliases++;
        Alias = id;
        return true;
    }

    /// <inheritdoc/>
    public Limiter? Direct
    {
        set => _direct.Set(value);
    }

    /// <remarks>Whoever has found it by its name, a container for instance, must not end it for all others.</remarks>
    private protected override bool IsShared => true;

    /// <inheritdoc/>
    public override bool TryAcquire() => _direct.TryTake(in _engine);

    /// <summary>Makes what new options need, or throws if it cannot be made. Changes nothing yet.</summary>
    public NamedPlan Prepare(LimiterOptions options)
    {
        try
        {
            if (Volatile.Read(ref _clones) is not null && !options.Equals(Options))
            {
                // Only to see whether its keys can follow.
                new CloneTable(Id, options, _timeProvider).Dispose();
            }

            return _engine.Prepare(options);
        }
        catch (ArgumentException exception)
        {
            throw new ConfigurationException($"Limiter '{Id}': {exception.Message}", exception);
        }
    }

    /// <summary>From now on does what was prepared; what was spent stays spent, and whoever waits stays in line.</summary>
    public void Change(NamedPlan prepared)
    {
        // Calls may ask for what either of the two can grant until it is settled which.
        UpdateLimit(Math.Max(Limit, prepared.Limit));
        try
        {
            _engine.Change(prepared);
        }
        finally
        {
            // Also when the caller's clock throws, which may be before the change or, while those who wait are served, after it.
            UpdateLimit(_engine.Limit);
            if (prepared.Unavailable is null && ReferenceEquals(Options, prepared.Options))
            {
                _clones?.Change(prepared.Options);
            }
        }
    }

    /// <summary>The limiter's clones for each of many keys. Those of a limiter made of others cannot be had.</summary>
    public CloneTable Clones => Volatile.Read(ref _clones) ?? MakeClones();

    /// <summary>Others that it refers to may be able to grant more now, or less.</summary>
    public void FollowLimit() => UpdateLimit(_engine.Limit);

    /// <summary>Whether its store has come or gone.</summary>
    public bool HasStoreChanged => _engine.HasStoreChanged;

    /// <summary>Its store may have come or gone.</summary>
    public void RevisitStore()
    {
        if (HasStoreChanged)
        {
            Change(Prepare(Options));
        }
    }

    /// <summary>Throws what each use of it would throw if its store is not to be had.</summary>
    public void EnsureAvailable() => _engine.EnsureAvailable();

    /// <summary>Notes who configured it. Within the registry's lock.</summary>
    public void SetOrigin(LimiterSource source, string? file, string? clonedFrom)
    {
        _source = source;
        _file = file;
        _clonedFrom = clonedFrom;
    }

    public LimiterInfo Describe() => new()
    {
        Id = Id,
        Options = Options,
        Source = Source,
        File = File,
        ClonedFrom = ClonedFrom,
        IsInitialized = _engine.IsAvailable,
    };

    public void DisposeWithClones()
    {
        _engine.Dispose();
        Volatile.Read(ref _clones)?.Dispose();
    }

    private CloneTable MakeClones()
    {
        EnsureAvailable();
        CloneTable made = new(Id, Options, _timeProvider);
        return Interlocked.CompareExchange(ref _clones, made, null) ?? made;
    }

    /// <summary>Forgets what was spent and counted in time; slots that are out stay out.</summary>
    public void Reset() => _engine.Reset();
}
