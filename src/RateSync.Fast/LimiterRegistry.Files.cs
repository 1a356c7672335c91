namespace RateSync.Fast;

/// <content>Finding a configuration.</content>
public sealed partial class LimiterRegistry
{
    private void EnsureLoaded() => ThrowIfDisposed();
}
