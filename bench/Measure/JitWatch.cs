using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Tracing;

namespace RateSync.Fast.Bench.Measure;

/// <summary>
/// Listens to the runtime's own events and so knows when the compiler has nothing left to promote: only then is a loop
/// measured. Switched off while measuring.
/// </summary>
internal sealed class JitWatch : EventListener
{
    private const EventKeywords JitKeyword = (EventKeywords)0x10;
    private const int TypeNameIndex = 6;
    private const int FlagsIndex = 5;
    private const int TierShift = 7;
    private const uint TierMask = 7;
    private const uint OptimizedTier1 = 4;

    private static readonly ConcurrentDictionary<string, bool> s_tier1 = new();
    private static EventSource? s_runtime;

    private long _lastLoad = Stopwatch.GetTimestamp();

    /// <summary>Time since a method was last compiled.</summary>
    public TimeSpan Quiet => Stopwatch.GetElapsedTime(Volatile.Read(ref _lastLoad));

    /// <summary>Whether the method of that type has reached its last tier.</summary>
    public static bool IsTier1(string typeName) => s_tier1.ContainsKey(typeName);

    public void Start()
    {
        Volatile.Write(ref _lastLoad, Stopwatch.GetTimestamp());
        EnableEvents(s_runtime!, EventLevel.Verbose, JitKeyword);
    }

    public void Stop() => DisableEvents(s_runtime!);

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "Microsoft-Windows-DotNETRuntime")
        {
            s_runtime = eventSource;
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventName?.StartsWith("MethodLoadVerbose", StringComparison.Ordinal) != true || eventData.Payload is null)
        {
            return;
        }

        string type = (string)eventData.Payload[TypeNameIndex]!;
        if (type.StartsWith("System.Diagnostics.Tracing", StringComparison.Ordinal))
        {
            return;
        }

        Volatile.Write(ref _lastLoad, Stopwatch.GetTimestamp());
        if ((((uint)eventData.Payload[FlagsIndex]! >> TierShift) & TierMask) == OptimizedTier1
            && (string)eventData.Payload[TypeNameIndex + 1]! == nameof(Workload.Run))
        {
            s_tier1[type] = true;
        }
    }
}
