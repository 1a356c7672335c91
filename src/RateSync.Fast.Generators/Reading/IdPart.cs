namespace RateSync.Fast.Generators.Reading;

/// <summary>A part of a limiter's id: text, or the path of names that was in braces.</summary>
internal readonly record struct IdPart(string Text, bool IsHole);
