using System.Globalization;

namespace RateSync.Fast;

/// <summary>One thing that is wrong with a configuration, and where.</summary>
public sealed record ConfigurationProblem
{
    /// <summary>The file it is in.</summary>
    /// <value>
    /// As it was named when it was loaded; of an application's own settings, the file or else the provider that says it, if that is known;
    /// null if the configuration does not come from a file.
    /// </value>
    public string? File { get; init; }

    /// <summary>The line it is in.</summary>
    /// <value>Counted from 1; 0 where there are no lines to speak of.</value>
    public int Line { get; init; }

    /// <summary>Where in the line.</summary>
    /// <value>In characters, counted from 1; 0 where there are no lines to speak of.</value>
    public int Column { get; init; }

    /// <summary>The key, with all that it is in.</summary>
    /// <value>
    /// For instance <c>limiters.api.rate_per_second</c>, or of settings <c>RateSync:Limiters:api:RatePerSecond</c>; empty if it is not
    /// about one key.
    /// </value>
    public string Key { get; init; } = "";

    /// <summary>What would have been right.</summary>
    /// <value>For instance <c>permits per second from 0.000000001 to 1000000000</c>.</value>
    public string Expected { get; init; } = "";

    /// <summary>What is there instead. Never a secret: those are shown as <c>***</c>.</summary>
    /// <value>For instance <c>-5</c>.</value>
    public string Found { get; init; } = "";

    /// <summary>All of it in one sentence or two, but for the place.</summary>
    public required string Message { get; init; }

    /// <summary>The place and the message, as compilers write them.</summary>
    /// <returns>For instance <c>rate-sync.toml(7,1): limiters.api.rate: ...</c>.</returns>
    public override string ToString()
    {
        string place = Line > 0 ? string.Create(CultureInfo.InvariantCulture, $"{File ?? "configuration"}({Line},{Column}): ")
            : File is null ? ""
            : File + ": ";
        return place + Message;
    }
}
