namespace RateSync.Fast.Tests.Property.Checks;

/// <summary>A permit, when it was granted, and where a model has booked it.</summary>
internal readonly record struct Grant(Permit Permit, long At, long Booking);
