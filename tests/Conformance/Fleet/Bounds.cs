namespace RateSync.Fast.Tests.Conformance.Fleet;

/// <summary>The slow, obvious model: every interval between two uses, one by one.</summary>
internal static class Bounds
{
    /// <summary>
    /// Permits by which the worst interval exceeds the largest burst so far plus the rate over it. Rates are those of each
    /// moment.
    /// </summary>
    public static double Excess(List<long> uses, List<(long Since, StoreLimit Limit)> definitions)
    {
        double worst = double.NegativeInfinity;
        for (int first = 0; first < uses.Count; first++)
        {
            for (int last = first; last < uses.Count; last++)
            {
                long burst = definitions.Where(definition => definition.Since <= uses[last])
                    .Max(static definition => definition.Limit.Most);
                double refilled = 0;
                for (int index = 0; index < definitions.Count; index++)
                {
                    long from = Math.Max(uses[first], definitions[index].Since);
                    long to = Math.Min(uses[last], index + 1 < definitions.Count ? definitions[index + 1].Since : long.MaxValue);
                    refilled += to > from ? ((TokenBucketLimit)definitions[index].Limit).RatePerSecond * (to - from) / 1e9 : 0;
                }

                worst = Math.Max(worst, last - first + 1 - burst - refilled);
            }
        }

        return worst;
    }

    /// <summary>Most uses in any window: from each use on, or from each whole multiple of the window on.</summary>
    public static int MostInWindow(List<long> uses, long window, bool aligned)
    {
        int most = 0;
        foreach (long use in uses)
        {
            long start = aligned ? use / window * window : use;
            most = Math.Max(most, uses.Count(other => other >= start && other < start + window));
        }

        return most;
    }
}
