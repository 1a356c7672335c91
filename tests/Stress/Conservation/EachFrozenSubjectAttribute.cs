using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace RateSync.Fast.Tests.Stress.Conservation;

/// <summary>Every limiter of <see cref="FrozenSubjects"/> with 2, 4 and 16 threads.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class EachFrozenSubjectAttribute : DataAttribute
{
    private static readonly int[] s_threads = [2, 4, 16];

    private static readonly string[] s_subjects =
    [
        "token bucket, lanes",
        "token bucket, shards",
        "token bucket, one word",
        "fixed window",
        "sliding window, exact",
        "sliding window, sub-windows",
        "sliding window, approximate",
    ];

    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new(s_subjects.SelectMany(static subject => s_threads.Select(threads => new TheoryDataRow(subject, threads))).ToArray());

    public override bool SupportsDiscoveryEnumeration() => true;
}
