using RateSync.Fast.Configuration.Toml;

namespace RateSync.Fast.Tool.Migrating;

/// <summary>One thing that means something else here than it did to the Python engine.</summary>
/// <param name="Position">Where it is written.</param>
/// <param name="Limiter">The limiter or store that it is about, as a path.</param>
/// <param name="Topic">In a word or two, for programs.</param>
/// <param name="Text">In words.</param>
/// <param name="IsEdited">Whether a file that is written undoes it.</param>
internal sealed record Difference(TomlPosition Position, string Limiter, string Topic, string Text, bool IsEdited = false);
