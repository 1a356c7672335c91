namespace RateSync.Fast.Tests.Stress.Checking;

/// <summary>What a run has shown.</summary>
internal enum JudgementKind
{
    /// <summary>The law was put to the test and held.</summary>
    Pass,

    /// <summary>The law was broken.</summary>
    Violation,

    /// <summary>Nothing was shown: too few calls, too little pressure, or the machine stood still.</summary>
    Inconclusive,
}
