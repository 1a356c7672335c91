namespace RateSync.Fast;

/// <summary>
/// A rate in whole numbers, for stores that count the debt of a bucket themselves: time that has passed pays units, a permit costs
/// units, and nothing is rounded for each grant. Never above the nominal rate, and less than a billionth below it where the numbers allow.
/// </summary>
/// <param name="UnitsPerTick">Units that a tick of the clock pays; 1 if <paramref name="TicksShift"/> is not 0.</param>
/// <param name="TicksShift">If not 0, a unit is paid every 2^shift ticks; what is left of them counts on.</param>
/// <param name="UnitsPerPermit">Units that a permit costs.</param>
/// <param name="Capacity">Units that a full bucket is worth, at most 2^53.</param>
public readonly record struct RateUnits(long UnitsPerTick, int TicksShift, long UnitsPerPermit, long Capacity);
