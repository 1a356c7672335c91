using System.Runtime.CompilerServices;
using RateSync.Fast.Algorithms;

namespace RateSync.Fast.State;

/// <summary>
/// Tells when memory that was taken out of a shared structure can be used again: once no call that was under way at that time still is.
/// </summary>
/// <remarks>
/// Epoch-based reclamation (K. Fraser, "Practical lock-freedom", 2004), made asymmetric: entering and leaving are plain stores, and whoever
/// reclaims, which is rare, puts a fence on all threads.
/// </remarks>
internal static class Era
{
    private static long s_now = 1;
    private static Record? s_records;

    [ThreadStatic]
    private static Record? t_record;

    /// <summary>Whether the calling thread is between <see cref="Enter"/> and <see cref="Leave"/>.</summary>
    public static bool IsInside => t_record is { Depth: > 0 };

    /// <summary>The present era.</summary>
    public static long Now<TAtomics>()
        where TAtomics : struct, IAtomics => TAtomics.LoadAcquire(ref s_now);

    /// <summary>From here on the calling thread may hold references into shared structures. Calls nest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Enter<TAtomics>()
        where TAtomics : struct, IAtomics
    {
        Record record = t_record ?? Register();
        if (record.Depth++ == 0)
        {
            // ORDER: none between this store and the loads that follow. PAIRS: OldestActive, which puts a fence on this thread.
            // ELSE, without that fence: a segment could be used again under the eyes of this call.
            TAtomics.Store(ref record.Since, TAtomics.LoadAcquire(ref s_now));
        }
    }

    /// <summary>The calling thread has let go of what it held since <see cref="Enter"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Leave<TAtomics>()
        where TAtomics : struct, IAtomics
    {
        Record record = t_record!;
        if (--record.Depth == 0)
        {
            // ORDER: release; nothing that the call did may move behind it. PAIRS: OldestActive. ELSE: memory could be used again too
            // early.
            TAtomics.StoreRelease(ref record.Since, long.MaxValue);
        }
    }

    /// <summary>Begins a new era and returns the oldest that some call is still in: what was retired before it can be used again.</summary>
    public static long OldestActive<TAtomics>()
        where TAtomics : struct, IAtomics
    {
        long oldest = TAtomics.Add(ref s_now, 1);
        if (!TAtomics.Has(Defect.SegmentsReusedWithoutFence))
        {
            TAtomics.FenceAllThreads();
        }

        for (Record? record = Volatile.Read(ref s_records); record is not null; record = record.Next)
        {
            oldest = Math.Min(oldest, TAtomics.LoadAcquire(ref record.Since));
        }

        return oldest;
    }

    /// <summary>Waits until every call has ended that was under way when this began. Not within the era.</summary>
    /// <remarks>A fence on all threads comes with it: whoever enters later sees what was published before.</remarks>
    public static void AwaitOthers<TAtomics>()
        where TAtomics : struct, IAtomics
    {
        long mark = Now<TAtomics>();
        SpinWait wait = default;
        while (OldestActive<TAtomics>() <= mark)
        {
            TAtomics.Pause(ref wait, () => HaveLeft(mark));
        }
    }

    /// <summary>Whether nobody seems to be in that era or an older one; for waiting, not for deciding.</summary>
    private static bool HaveLeft(long mark)
    {
        for (Record? record = Volatile.Read(ref s_records); record is not null; record = record.Next)
        {
            if (Volatile.Read(ref record.Since) <= mark)
            {
                return false;
            }
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Record Register()
    {
        for (Record? record = Volatile.Read(ref s_records); record is not null; record = record.Next)
        {
            if (record.Owner.TryGetTarget(out _))
            {
                continue;
            }

            lock (record)
            {
                // A dead thread's record goes to the next new thread.
                if (!record.Owner.TryGetTarget(out _))
                {
                    record.Owner.SetTarget(Thread.CurrentThread);
                    record.Depth = 0;
                    Volatile.Write(ref record.Since, long.MaxValue);
                    return t_record = record;
                }
            }
        }

        Record made = new();
        made.Owner.SetTarget(Thread.CurrentThread);
        Record? first = Volatile.Read(ref s_records);
        while (true)
        {
            made.Next = first;
            Record? seen = Interlocked.CompareExchange(ref s_records, made, first);
            if (ReferenceEquals(seen, first))
            {
                return t_record = made;
            }

            first = seen;
        }
    }

    private sealed class Record
    {
        public readonly WeakReference<Thread> Owner = new(null!);
        public long Since = long.MaxValue;
        public int Depth;
        public Record? Next;
    }
}
