using RateSync.Fast.Algorithms;

namespace RateSync.Fast.Tests.Property.Waiting;

/// <summary>Names the mistake that is switched on.</summary>
internal interface IOneDefect
{
    static abstract Defect Defect { get; }
}
