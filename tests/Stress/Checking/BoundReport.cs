using System.Diagnostics;
using System.Globalization;
using System.Text;
using RateSync.Fast.Tests.Stress.Recording;

namespace RateSync.Fast.Tests.Stress.Checking;

/// <summary>The interval in which a law was broken worst or, if it held everywhere, came nearest to it.</summary>
internal sealed record BoundReport
{
    private const int MostCallsShown = 12;

    /// <summary>Calls that took permits.</summary>
    public required int Calls { get; init; }

    /// <summary>Whether the law held in every interval.</summary>
    public required bool Holds { get; init; }

    /// <summary>Permits taken by calls wholly inside the interval, less all that may have been given back in it.</summary>
    public required long Permits { get; init; }

    /// <summary>How many there may be at the most in an interval of that length.</summary>
    public required long Allowed { get; init; }

    public required long Start { get; init; }

    public required long End { get; init; }

    /// <summary>Calls that lie wholly inside the interval, and those that may have given something back in it.</summary>
    public required IReadOnlyList<Call> Inside { get; init; }

    /// <summary>For a history without calls.</summary>
    public static BoundReport Empty { get; } = new()
    {
        Calls = 0,
        Holds = true,
        Permits = 0,
        Allowed = 0,
        Start = 0,
        End = 0,
        Inside = [],
    };

    public static BoundReport For(ReadOnlySpan<Call> calls, int takes, bool holds, long start, long end, long allowed)
    {
        List<Call> inside = [];
        long permits = 0;
        foreach (ref readonly Call call in calls)
        {
            if (call.Permits >= 0 ? call.Start >= start && call.End <= end : call.End >= start && call.Start <= end)
            {
                permits += call.Permits;
                if (!holds)
                {
                    inside.Add(call);
                }
            }
        }

        return new BoundReport
        {
            Calls = takes,
            Holds = holds,
            Permits = permits,
            Allowed = allowed,
            Start = start,
            End = end,
            Inside = inside,
        };
    }

    public override string ToString()
    {
        double milliseconds = (End - Start) * 1000.0 / Stopwatch.Frequency;
        StringBuilder text = new(string.Create(
            CultureInfo.InvariantCulture,
            $"{(Holds ? "nearest" : "WORST")}: {Permits} of {Allowed} permits in {milliseconds:0.######} ms, of {Calls} calls"));
        foreach (Call call in Inside.OrderBy(static call => call.End).Take(MostCallsShown))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n    +{call.Start - Start} to +{call.End - Start} ticks: {call.Permits} permits");
        }

        return text.Append(Inside.Count > MostCallsShown ? $"\n    and {Inside.Count - MostCallsShown} more" : "").ToString();
    }
}
