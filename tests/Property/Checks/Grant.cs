namespace RateSync.Fast.Tests.Property.Checks;

/// <summary>A permit and when it was granted.</summary>
internal readonly record struct Grant(Permit Permit, long At);
