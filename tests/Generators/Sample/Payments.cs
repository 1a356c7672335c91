using System.Runtime.CompilerServices;

namespace RateSync.Fast.Tests.Generators.Sample;

/// <summary>Uses the generator as users do: when this project is built.</summary>
internal sealed partial class Payments(LimiterRegistry registry)
{
    [RateLimited("payments", Timeout = 30, Registry = nameof(registry))]
    public partial Task<Receipt> PayAsync(string id, CancellationToken cancellationToken = default);

    [RateLimited("tenant-{tenant}", Registry = nameof(registry))]
    public partial int Count(string tenant);

    [RateLimited("payments", Registry = nameof(registry))]
    public partial IAsyncEnumerable<Receipt> ReadAsync(CancellationToken cancellationToken = default);

    /// <summary>Asks the registry of the process.</summary>
    [RateLimited("sample of the generator that nobody configures")]
    public static partial void Unknown();

    private static void UnknownCore() => throw new InvalidOperationException("It ran without a limit.");

    private async Task<Receipt> PayCoreAsync(string id, CancellationToken cancellationToken)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        return new Receipt(id, registry.GetState("payments").CurrentUsage);
    }

    private static int CountCore(string tenant) => tenant.Length;

    private async IAsyncEnumerable<Receipt> ReadCoreAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (int i = 0; i < 2; i++)
        {
            yield return await PayCoreAsync("read", cancellationToken);
        }
    }
}
