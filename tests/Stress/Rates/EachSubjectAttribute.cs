using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace RateSync.Fast.Tests.Stress.Rates;

/// <summary>Every limiter with threads for each core, with twice as many, and with many more.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class EachSubjectAttribute : DataAttribute
{
    private static readonly int[] s_threads = [2, 4, 16];

    private static readonly string[] s_subjects =
    [
        "token bucket, lanes",
        "token bucket, lanes, batches",
        "token bucket, lanes, refunds",
        "token bucket, shards",
        "token bucket, one word",
        "token bucket, small",
        "leaky bucket",
        "fixed window",
        "fixed window, small",
        "sliding window, exact",
        "sliding window, sub-windows",
        "sliding window, approximate",
    ];

    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new(s_subjects.SelectMany(static subject => s_threads.Select(threads => new TheoryDataRow(subject, threads))).ToArray());

    public override bool SupportsDiscoveryEnumeration() => true;
}
