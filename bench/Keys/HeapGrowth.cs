namespace RateSync.Fast.Bench.Keys;

/// <summary>What something weighs, by what the collector says.</summary>
internal static class HeapGrowth
{
    public static long Settle()
    {
        for (int i = 0; i < 2; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
