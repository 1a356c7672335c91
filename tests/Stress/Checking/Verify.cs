using System.Globalization;

namespace RateSync.Fast.Tests.Stress.Checking;

/// <summary>Hands a judgement to the test runner.</summary>
internal static class Verify
{
    /// <summary>Repeats a run that has shown nothing before it is reported so.</summary>
    private const int Attempts = 2;

    /// <summary>Runs in which a broken limiter must show itself once.</summary>
    private const int Hunts = 8;

    /// <summary>A violation fails the test; what stays inconclusive is a warning in the report, neither a pass nor a failure.</summary>
    public static void Of(Func<Judgement> run)
    {
        Judgement judgement = run();
        for (int i = 1; i < Attempts && judgement.Kind == JudgementKind.Inconclusive; i++)
        {
            judgement = run();
        }

        if (judgement.IsViolation)
        {
            Assert.Fail(judgement.ToString());
        }

        TestContext.Current.TestOutputHelper?.WriteLine(judgement.ToString());
        if (!judgement.IsPass)
        {
            TestContext.Current.AddWarning(judgement.ToString());
        }
    }

    /// <summary>A detector must find what a broken limiter does in one of a few runs.</summary>
    public static void IsFound(Func<Judgement> run)
    {
        Judgement judgement = run();
        for (int i = 1; i < Hunts && !judgement.IsViolation; i++)
        {
            judgement = run();
        }

        Assert.True(judgement.IsViolation, string.Create(CultureInfo.InvariantCulture, $"Not found in {Hunts} runs: {judgement}"));
    }
}
