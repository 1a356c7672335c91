namespace RateSync.Fast.Testing;

/// <summary>
/// A registry of limiters for one test: empty, on a clock that the test moves, and cut off from the machine. It looks for no configuration
/// file, watches none, and sees only the environment variables that it is given.
/// </summary>
public sealed class TestRegistry : IDisposable
{
    private LimiterRegistry? _replaced;
    private bool _isInUse;

    /// <summary>An empty registry.</summary>
    /// <param name="environment">The environment variables that a configuration may use; null for none.</param>
    public TestRegistry(IReadOnlyDictionary<string, string>? environment = null)
    {
        Clock = new ManualTimeProvider();
        Registry = new LimiterRegistry(new LimiterRegistryOptions
        {
            TimeProvider = Clock,
            AutoLoad = false,
            WatchInterval = Timeout.InfiniteTimeSpan,
            Environment = name => environment?.GetValueOrDefault(name),
        });
    }

    /// <summary>The clock of every limiter in the registry.</summary>
    public ManualTimeProvider Clock { get; }

    /// <summary>The registry: configure it, or load a file of the test's own.</summary>
    public LimiterRegistry Registry { get; }

    /// <summary>The limiter of a name, of the registry.</summary>
    /// <param name="id">The name.</param>
    /// <exception cref="LimiterNotFoundException">There is none of that name.</exception>
    public Limiter this[string id] => Registry.GetLimiter(id);

    /// <summary>
    /// Makes it what <see cref="RateLimit"/> goes by, until it is disposed of. That is one for the whole process: tests that use it must
    /// not run at the same time.
    /// </summary>
    /// <returns>This registry.</returns>
    /// <exception cref="InvalidOperationException">It is already.</exception>
    public TestRegistry UseForProcess()
    {
        if (_isInUse)
        {
            throw new InvalidOperationException("It is what the process goes by already.");
        }

        _isInUse = true;
        _replaced = RateLimit.UseRegistry(Registry);
        return this;
    }

    /// <summary>Disposes of the registry and its limiters, and gives the process its former registry back.</summary>
    public void Dispose()
    {
        if (_isInUse)
        {
            _isInUse = false;
            RateLimit.UseRegistry(_replaced);
        }

        Registry.Dispose();
    }
}
