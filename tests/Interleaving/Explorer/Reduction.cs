namespace RateSync.Fast.Tests.Interleaving.Explorer;

/// <summary>Which interleavings are left out because they cannot differ from one that is explored.</summary>
internal enum Reduction
{
    /// <summary>Dynamic partial-order reduction with source sets and sleep sets: about one execution per Mazurkiewicz trace.</summary>
    PartialOrder,

    /// <summary>Sleep sets alone: one complete execution per trace, but dead ends are found late. A check on the former.</summary>
    SleepSets,

    /// <summary>None: every interleaving of every transition.</summary>
    None,
}
