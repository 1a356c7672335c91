using RateSync.Fast.Algorithms;

namespace RateSync.Fast.Tests.Stress.Controls;

internal readonly struct CompositeKeeps : IDefects
{
    public static bool Has(Defect defect) => defect == Defect.CompositeKeepsWhatItTook;
}
