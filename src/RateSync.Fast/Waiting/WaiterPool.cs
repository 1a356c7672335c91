using Microsoft.Extensions.ObjectPool;
using RateSync.Fast.State;

namespace RateSync.Fast.Waiting;

/// <summary>Waiters for reuse: a handful with each thread, the rest in a pool for the whole process.</summary>
internal static class WaiterPool
{
    /// <summary>Waiters kept in the shared pool at the most: a few megabytes.</summary>
    public const int MaxRetained = 16 * 1024;

    private const int PerThread = 16;

    private static readonly DefaultObjectPool<PermitWaiter> s_pool = new(new DefaultPooledObjectPolicy<PermitWaiter>(), MaxRetained);

    [ThreadStatic]
    private static LocalStack<PermitWaiter>? t_stack;

    public static PermitWaiter Rent() => t_stack?.TryPop() ?? s_pool.Get();

    public static void Return(PermitWaiter waiter)
    {
        t_stack ??= new LocalStack<PermitWaiter>(PerThread);
        if (!t_stack.TryPush(waiter))
        {
            s_pool.Return(waiter);
        }
    }
}
