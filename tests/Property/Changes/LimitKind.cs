namespace RateSync.Fast.Tests.Property.Changes;

public enum LimitKind
{
    Bucket,
    WarmingBucket,
    Fixed,
    FixedOfCalendar,
    Exact,
    SubWindows,
    Approximate,
}
