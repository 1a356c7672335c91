using RateSync.Fast.Algorithms;

namespace RateSync.Fast.Tests.Property.Waiting;

/// <summary>The mistakes that the tests here must catch.</summary>
internal static class Mistakes
{
    internal readonly struct None : IDefects
    {
        public static bool Has(Defect defect) => defect == Defect.None;
    }

    internal readonly struct KeepsPlace : IDefects
    {
        public static bool Has(Defect defect) => defect == Defect.LeavingKeepsPlace;
    }

    internal readonly struct WakesNobody : IDefects
    {
        public static bool Has(Defect defect) => defect == Defect.LeavingHeadWakesNobody;
    }

    internal readonly struct LosesPermit : IDefects
    {
        public static bool Has(Defect defect) => defect == Defect.LeavingLosesPermit;
    }

    internal readonly struct DisposesInLock : IDefects
    {
        public static bool Has(Defect defect) => defect == Defect.DisposesRegistrationInLock;
    }

    internal readonly struct StaysInQueueCount : IDefects
    {
        public static bool Has(Defect defect) => defect == Defect.LeavingStaysInQueueCount;
    }

    internal readonly struct KeepsWhatItTook : IDefects
    {
        public static bool Has(Defect defect) => defect == Defect.CompositeKeepsWhatItTook;
    }

    internal readonly struct RaisedIsFree : IDefects
    {
        public static bool Has(Defect defect) => defect == Defect.RaisedLimitIsFree;
    }

    internal readonly struct IdleSinceUse : IDefects
    {
        public static bool Has(Defect defect) => defect == Defect.IdleSinceLastUse;
    }
}
