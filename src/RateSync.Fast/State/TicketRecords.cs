using System.Runtime.CompilerServices;
using Microsoft.Extensions.ObjectPool;

namespace RateSync.Fast.State;

/// <summary>Records for reuse: a handful with each thread, taken and given back without atomics, the rest in a shared pool.</summary>
internal static class TicketRecords
{
    private const int PerThread = 32;
    private const int Shared = 4096;

    private static readonly DefaultObjectPool<TicketRecord> s_pool = new(new DefaultPooledObjectPolicy<TicketRecord>(), Shared);

    [ThreadStatic]
    private static Stack? t_stack;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TicketRecord Rent()
    {
        Stack? stack = t_stack;
        return stack is not null && stack.Count > 0 ? stack.Items[--stack.Count]! : s_pool.Get();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Return(TicketRecord record)
    {
        Stack? stack = t_stack;
        if (stack is not null && stack.Count < stack.Items.Length)
        {
            stack.Items[stack.Count++] = record;
            return;
        }

        ReturnElsewhere(record);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ReturnElsewhere(TicketRecord record)
    {
        Stack stack = t_stack ??= new Stack();
        if (stack.Count < stack.Items.Length)
        {
            stack.Items[stack.Count++] = record;
        }
        else
        {
            s_pool.Return(record);
        }
    }

    private sealed class Stack
    {
        public readonly TicketRecord?[] Items = new TicketRecord?[PerThread];
        public int Count;
    }
}
