namespace RateSync.Fast.Tests.Property.Changes;

public enum LimitKind
{
    Bucket,
    Fixed,
    FixedOfCalendar,
    Exact,
    SubWindows,
    Approximate,
}
