namespace RateSync.Fast.Configuration.Toml;

/// <summary>
/// A moment: a date and a time as a clock showed it, and by how much that clock was ahead of UTC. Not a <see cref="DateTimeOffset"/>:
/// that knows no offset beyond 14 hours and no moment of the year 1 that is still the year 0 in UTC; TOML has both.
/// </summary>
internal sealed class TomlOffsetDateTime(DateTime local, TimeSpan offset, TomlPosition position) : TomlNode(position)
{
    internal DateTime Local { get; } = local;

    internal TimeSpan Offset { get; } = offset;

    internal override string Kind => "an offset date-time";
}
