using System.Runtime.CompilerServices;

namespace RateSync.Fast.State;

/// <summary>A handful of objects for reuse by one thread: taken and given back without atomics.</summary>
internal sealed class LocalStack<T>(int capacity)
    where T : class
{
    private readonly T?[] _items = new T?[capacity];
    private int _count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T? TryPop() => _count > 0 ? _items[--_count] : null;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryPush(T item)
    {
        T?[] items = _items;
        int count = _count;
        if ((uint)count >= (uint)items.Length)
        {
            return false;
        }

        items[count] = item;
        _count = count + 1;
        return true;
    }
}
