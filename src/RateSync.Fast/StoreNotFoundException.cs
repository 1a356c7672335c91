using RateSync.Fast.Configuration;

namespace RateSync.Fast;

/// <summary>There is no store of that name.</summary>
public class StoreNotFoundException : RateSyncException
{
    /// <inheritdoc/>
    public StoreNotFoundException()
    {
    }

    /// <inheritdoc/>
    public StoreNotFoundException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public StoreNotFoundException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The name that was asked for.</summary>
    /// <value>Empty if the exception was made from a message alone.</value>
    public string Id { get; init; } = "";

    /// <summary>The name that was probably meant.</summary>
    /// <value>Null if none comes close.</value>
    public string? Nearest { get; init; }

    /// <summary>For a name that is none of those that are known.</summary>
    internal static StoreNotFoundException For(string id, IEnumerable<string> known)
    {
        string[] names = [.. known];
        string? nearest = Names.Nearest(id, names);
        string hint = nearest is not null ? $" Did you mean '{nearest}'?"
            : names.Length == 0 ? " None is configured."
            : $" Known: {Names.List(names)}.";
        return new($"There is no store '{id}'." + hint) { Id = id, Nearest = nearest };
    }
}
