namespace RateSync.Fast.Tests.Stress.Checking;

/// <summary>What a run has shown, in words.</summary>
internal sealed record Judgement(JudgementKind Kind, string Text)
{
    public bool IsPass => Kind == JudgementKind.Pass;

    public bool IsViolation => Kind == JudgementKind.Violation;

    public static Judgement Pass(string text) => new(JudgementKind.Pass, text);

    public static Judgement Violation(string text) => new(JudgementKind.Violation, text);

    public static Judgement Inconclusive(string text) => new(JudgementKind.Inconclusive, text);

    /// <summary>The worst of several: a violation, else an inconclusive one, else the pass of all.</summary>
    public static Judgement WorstOf(params ReadOnlySpan<Judgement> judgements)
    {
        Judgement? inconclusive = null;
        foreach (Judgement judgement in judgements)
        {
            if (judgement.IsViolation)
            {
                return judgement;
            }

            inconclusive ??= judgement.IsPass ? null : judgement;
        }

        return inconclusive ?? Pass(string.Join("; ", judgements.ToArray().Select(static judgement => judgement.Text)));
    }

    public override string ToString() => $"{Kind}: {Text}";
}
