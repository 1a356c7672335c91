using RateSync.Fast.Algorithms;

namespace RateSync.Fast.Tests.Property.Waiting;

/// <summary>The mistakes that the tests here must catch.</summary>
internal static class Mistakes
{
    internal readonly struct None : IOneDefect
    {
        public static Defect Defect => Defect.None;
    }

    internal readonly struct KeepsPlace : IOneDefect
    {
        public static Defect Defect => Defect.LeavingKeepsPlace;
    }

    internal readonly struct WakesNobody : IOneDefect
    {
        public static Defect Defect => Defect.LeavingHeadWakesNobody;
    }

    internal readonly struct LosesPermit : IOneDefect
    {
        public static Defect Defect => Defect.LeavingLosesPermit;
    }

    internal readonly struct DisposesInLock : IOneDefect
    {
        public static Defect Defect => Defect.DisposesRegistrationInLock;
    }

    internal readonly struct StaysInQueueCount : IOneDefect
    {
        public static Defect Defect => Defect.LeavingStaysInQueueCount;
    }

    internal readonly struct KeepsWhatItTook : IOneDefect
    {
        public static Defect Defect => Defect.CompositeKeepsWhatItTook;
    }

    internal readonly struct RaisedIsFree : IOneDefect
    {
        public static Defect Defect => Defect.RaisedLimitIsFree;
    }

    internal readonly struct IdleSinceUse : IOneDefect
    {
        public static Defect Defect => Defect.IdleSinceLastUse;
    }
}
