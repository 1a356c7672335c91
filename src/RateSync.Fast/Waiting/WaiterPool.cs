using Microsoft.Extensions.ObjectPool;

namespace RateSync.Fast.Waiting;

/// <summary>Waiters of all limiters of the process, for reuse.</summary>
internal static class WaiterPool
{
    /// <summary>Waiters kept for reuse at the most: a few megabytes.</summary>
    public const int MaxRetained = 16 * 1024;

    private static readonly DefaultObjectPool<PermitWaiter> s_pool = new(new DefaultPooledObjectPolicy<PermitWaiter>(), MaxRetained);

    public static PermitWaiter Rent() => s_pool.Get();

    public static void Return(PermitWaiter waiter) => s_pool.Return(waiter);
}
