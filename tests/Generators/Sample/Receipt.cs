namespace RateSync.Fast.Tests.Generators.Sample;

internal sealed record Receipt(string Id, long Held);
