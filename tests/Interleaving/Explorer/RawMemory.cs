using System.Runtime.CompilerServices;

namespace RateSync.Fast.Tests.Interleaving.Explorer;

/// <summary>Access to heap locations by address, safe although objects may move.</summary>
/// <remarks>
/// An address is good only if no collection came since it was taken. Each method gets the address as a reference that the collector
/// follows, and only then looks whether a collection has come: if none had by then, the reference was good, and stays so.
/// The methods are not inlined, so that the conversion comes first.
/// </remarks>
internal static unsafe class RawMemory
{
    public static nuint AddressOf<T>(ref T location) => (nuint)Unsafe.AsPointer(ref location);

    public static bool TryWrite(nuint address, int collections, long value) =>
        TryWrite(ref Unsafe.AsRef<long>((void*)address), collections, value);

    public static bool TryWrite(nuint address, int collections, object? value) =>
        TryWrite(ref Unsafe.AsRef<object?>((void*)address), collections, value);

    public static bool TryRead(nuint address, int collections, out long value) =>
        TryRead(ref Unsafe.AsRef<long>((void*)address), collections, out value);

    public static bool TryRead(nuint address, int collections, out object? value) =>
        TryRead(ref Unsafe.AsRef<object?>((void*)address), collections, out value);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryWrite<T>(ref T location, int collections, T value)
    {
        if (GC.CollectionCount(0) != collections)
        {
            return false;
        }

        location = value;
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryRead<T>(ref T location, int collections, out T value)
    {
        if (GC.CollectionCount(0) != collections)
        {
            value = default!;
            return false;
        }

        value = location;
        return true;
    }
}
