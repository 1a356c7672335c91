namespace RateSync.Fast.Generators.Model;

/// <summary>What was read at one attribute: a method to write, or what is wrong with it.</summary>
internal sealed record Outcome(LimitedMethod? Method, EquatableArray<Finding> Findings);
