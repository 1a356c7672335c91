using RateSync.Fast.Algorithms;

namespace RateSync.Fast.Named;

/// <summary>What a named limiter needs to know of the others.</summary>
internal interface INamedParts
{
    /// <summary>The limiter of that name; throws if there is none.</summary>
    Limiter Find(string id);

    /// <summary>Null if the store is at hand; else makes the exception that says what is missing.</summary>
    Func<Exception>? WhyUnavailable(string limiterId, string? store);

    /// <summary>Makes the part that limits the rate.</summary>
    Limiter Rate(string id, LimiterOptions options, TimeProvider timeProvider) => PartFactory.Rate(id, options, timeProvider);

    /// <summary>A deliberate mistake that tests switch on. Only looked at where something is rare.</summary>
    Defect Mistake => Defect.None;
}
