using RateSync.Fast.Algorithms;

namespace RateSync.Fast.Tests.Property.Checks;

/// <summary>
/// The mistake that the calling test has chosen, if any. The choice follows the test's own flow of control, so tests that run side by side
/// do not disturb each other.
/// </summary>
internal readonly struct ChosenDefect : IDefects
{
    private static readonly AsyncLocal<Defect> s_defect = new();

    /// <summary>Switches a mistake on until the result is disposed of.</summary>
    public static IDisposable With(Defect defect)
    {
        Switch result = new(s_defect.Value);
        s_defect.Value = defect;
        return result;
    }

    public static bool Has(Defect defect) => s_defect.Value == defect;

    private sealed class Switch(Defect before) : IDisposable
    {
        public void Dispose() => s_defect.Value = before;
    }
}
