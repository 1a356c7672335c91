namespace RateSync.Fast.Bench.Rows;

/// <summary>What one peer did in a row.</summary>
/// <param name="Name">Who.</param>
/// <param name="Figure">Its figure, in the row's unit.</param>
/// <param name="Ratio">How many times ours it is: the median over the rounds.</param>
/// <param name="Bytes">Bytes it allocates per operation.</param>
/// <param name="Goal">What the ratio should be.</param>
internal sealed record RowPeer(string Name, double Figure, double Ratio, double? Bytes = null, Bound? Goal = null)
{
    /// <summary>Whether the ratio says anything: both figures must be of the same sign and not nothing.</summary>
    public bool IsComparable => double.IsFinite(Ratio) && Ratio > 0;
}
