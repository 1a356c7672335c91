using System.Runtime.CompilerServices;

namespace RateSync.Fast.Tests.Property;

/// <summary>
/// Waits end on the thread pool, and tests that look for their end block its threads: without more of them from the start, each wait would
/// take until the pool makes another.
/// </summary>
internal static class PoolThreads
{
    [ModuleInitializer]
    internal static void Provide() => ThreadPool.SetMinThreads(32, 32);
}
