namespace RateSync.Fast.Bench.Report;

/// <summary>One line of a plot.</summary>
/// <param name="Name">Whose.</param>
/// <param name="Points">In the order of X.</param>
internal sealed record Series(string Name, IReadOnlyList<(double X, double Y)> Points);
