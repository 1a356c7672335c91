using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace RateSync.Fast.DependencyInjection.Hosting;

/// <summary>Makes limiters ready when the host starts, before others are started that use them.</summary>
internal sealed class RegistryStart(IServiceProvider provider, IOptions<RateSyncOptions> options) : IHostedLifecycleService
{
    private bool _isDone;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        if (_isDone)
        {
            return;
        }

        RateSyncOptions now = options.Value;
        if (now.InitializeOnStart)
        {
            await provider.GetRequiredService<HostedRegistry>().InitializeAsync(cancellationToken).ConfigureAwait(false);
        }
        else if (now.UseAsProcessDefault)
        {
            // Nobody may ever ask the container.
            provider.GetRequiredService<HostedRegistry>();
        }

        if (now.RequiredLimiters.Count > 0)
        {
            provider.GetRequiredService<HostedRegistry>().Require(now.RequiredLimiters);
        }

        _isDone = true;
    }

    /// <remarks>A host may know nothing but this.</remarks>
    public Task StartAsync(CancellationToken cancellationToken) => StartingAsync(cancellationToken);

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
