namespace RateSync.Fast.State;

/// <summary>What calls work by at present. Never changed after it was published in a <see cref="PlanCell{TPlan, TAtomics}"/>.</summary>
internal abstract class ChangeablePlan
{
    /// <summary>Whether calls may be made by it; not while a change is under way.</summary>
    public bool IsReady { get; init; } = true;
}
