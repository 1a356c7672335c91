namespace RateSync.Fast.Tests.Property.Waiting;

/// <summary>A permit that can still be settled.</summary>
internal sealed record GrantedPermit(Permit Permit, long GrantedAt);
