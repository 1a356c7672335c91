namespace RateSync.Fast.Bench.Measure;

/// <summary>Medians and the like.</summary>
internal static class Statistics
{
    public static double Median(IEnumerable<double> values) => Quantile(values, 0.5);

    /// <summary>Distance between the quartiles, as a part of the median.</summary>
    public static double Spread(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        double median = Quantile(sorted, 0.5);
        return median == 0 ? 0 : (Quantile(sorted, 0.75) - Quantile(sorted, 0.25)) / median;
    }

    public static double Quantile(IEnumerable<double> values, double part)
    {
        double[] sorted = [.. values.Order()];
        if (sorted.Length == 0)
        {
            return double.NaN;
        }

        double at = part * (sorted.Length - 1);
        int below = (int)at;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((at - below) * (sorted[above] - sorted[below]));
    }
}
