using Microsoft.Extensions.Options;

namespace RateSync.Fast.DependencyInjection.Hosting;

/// <summary>What can be said of the options before a registry is made.</summary>
internal sealed class RateSyncOptionsValidation : IValidateOptions<RateSyncOptions>
{
    public ValidateOptionsResult Validate(string? name, RateSyncOptions options)
    {
        ValidateOptionsResultBuilder result = new();
        if (options.WatchInterval != Timeout.InfiniteTimeSpan && options.WatchInterval < TimeSpan.FromMilliseconds(1))
        {
            result.AddError(
                $"It is {options.WatchInterval}; a millisecond or more, or Timeout.InfiniteTimeSpan, is expected.",
                nameof(options.WatchInterval));
        }

        if (options.ConfigurationPath is { } path && string.IsNullOrWhiteSpace(path))
        {
            result.AddError("It is empty; a path, or null to look for a file, is expected.", nameof(options.ConfigurationPath));
        }

        if (options.Limiters.Keys.Any(string.IsNullOrWhiteSpace))
        {
            result.AddError("There is a limiter without a name.", nameof(options.Limiters));
        }

        if (options.RequiredLimiters.Any(string.IsNullOrWhiteSpace))
        {
            result.AddError("There is an empty name.", nameof(options.RequiredLimiters));
        }

        if (options.Stores.Keys.Any(string.IsNullOrWhiteSpace))
        {
            result.AddError("There is a store without a name.", nameof(options.Stores));
        }

        return result.Build();
    }
}
