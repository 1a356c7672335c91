using System.Runtime.CompilerServices;
using Microsoft.Extensions.ObjectPool;

namespace RateSync.Fast.State;

/// <summary>Records for reuse: a handful with each thread, the rest in a shared pool.</summary>
internal static class TicketRecords
{
    private const int PerThread = 32;
    private const int Shared = 4096;

    private static readonly DefaultObjectPool<TicketRecord> s_pool = new(new DefaultPooledObjectPolicy<TicketRecord>(), Shared);

    [ThreadStatic]
    private static LocalStack<TicketRecord>? t_stack;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TicketRecord Rent() => t_stack?.TryPop() ?? s_pool.Get();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Return(TicketRecord record)
    {
        LocalStack<TicketRecord>? stack = t_stack;
        if (stack is null || !stack.TryPush(record))
        {
            ReturnElsewhere(record);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ReturnElsewhere(TicketRecord record)
    {
        t_stack ??= new LocalStack<TicketRecord>(PerThread);
        if (!t_stack.TryPush(record))
        {
            s_pool.Return(record);
        }
    }
}
