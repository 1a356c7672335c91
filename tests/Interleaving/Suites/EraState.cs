using System.Reflection;
using RateSync.Fast.State;
using RateSync.Fast.Tests.Interleaving.Explorer;

namespace RateSync.Fast.Tests.Interleaving.Suites;

/// <summary>
/// The <see cref="Era"/> belongs to the process, not to a limiter: puts it back to how it was, so that every execution finds it the same.
/// </summary>
/// <remarks>Suites whose code enters it must not run side by side: they are all in <see cref="Collection"/>.</remarks>
internal static class EraState
{
    /// <summary>The test collection of all suites whose code enters the era.</summary>
    public const string Collection = "Era";

    private const BindingFlags Any = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly FieldInfo s_records = typeof(Era).GetField("s_records", Any)!;
    private static readonly FieldInfo s_since = s_records.FieldType.GetField("Since", Any)!;
    private static readonly FieldInfo s_depth = s_records.FieldType.GetField("Depth", Any)!;
    private static readonly FieldInfo s_next = s_records.FieldType.GetField("Next", Any)!;
    private static readonly FieldInfo s_owner = s_records.FieldType.GetField("Owner", Any)!;

    /// <summary>Gives the calling thread its record. For <see cref="ExploreOptions.Prepare"/>.</summary>
    public static void Prepare()
    {
        DropTheDead();
        Era.Enter<ModelAtomics>();
        Era.Leave<ModelAtomics>();
    }

    /// <summary>Nobody is in any era, whatever the execution before was given up in the middle of.</summary>
    public static void Reset()
    {
        for (object? record = s_records.GetValue(null); record is not null; record = s_next.GetValue(record))
        {
            s_since.SetValue(record, long.MaxValue);
            s_depth.SetValue(record, 0);
        }
    }

    /// <summary>Takes the records of threads that have ended off the list: each would be looked at in each execution.</summary>
    private static void DropTheDead()
    {
        object? kept = null;
        object? next;
        for (object? record = s_records.GetValue(null); record is not null; record = next)
        {
            next = s_next.GetValue(record);
            if (((WeakReference<Thread>)s_owner.GetValue(record)!).TryGetTarget(out Thread? owner) && owner.IsAlive)
            {
                s_next.SetValue(record, kept);
                kept = record;
            }
        }

        s_records.SetValue(null, kept);
    }
}
