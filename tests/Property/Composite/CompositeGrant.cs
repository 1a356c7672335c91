namespace RateSync.Fast.Tests.Property.Composite;

/// <summary>A permit of a composite, and which parts gave it.</summary>
internal sealed record CompositeGrant(Permit Permit, long GrantedAt, IReadOnlyList<CompositePart> Parts)
{
    /// <summary>Slots that it still has.</summary>
    public int Left { get; set; } = Permit.Permits;
}
