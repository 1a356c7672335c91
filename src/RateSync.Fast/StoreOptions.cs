namespace RateSync.Fast;

/// <summary>How limiters that name a store are counted: in this process, or together with others.</summary>
public abstract record StoreOptions
{
    /// <summary>The name of the engine, as a file writes it.</summary>
    /// <value>For instance <c>memory</c>.</value>
    public abstract string Engine { get; }
}
