namespace RateSync.Fast.Bench.Measure;

/// <summary>What the answers of a measured operation must be, or the figure is not of what it says.</summary>
internal enum Expect
{
    /// <summary>All granted but for one in a thousand.</summary>
    Granted,

    /// <summary>All refused but for one in a thousand.</summary>
    Refused,

    /// <summary>Some of each.</summary>
    Mixed,
}
