using System.Net;
using System.Net.Http.Headers;
using RateSync.Fast.Http.Fields;
using RateSync.Fast.Http.Pauses;

namespace RateSync.Fast.Http;

/// <summary>
/// Keeps outgoing calls within a limit: each waits for its permits, and for as long as the far side asked to be left alone by
/// <c>Retry-After</c> or <c>RateLimit</c> fields of earlier answers.
/// </summary>
/// <remarks>
/// Slots of a concurrency limit are given back when the answer's headers are there. A call that is cancelled while it waits takes nothing.
/// Nothing is sent
/// twice unless <see cref="RateLimitingHandlerOptions.RetryOnce"/> says so.
/// </remarks>
public sealed class RateLimitingHandler : DelegatingHandler
{
    private readonly Func<HttpRequestMessage, Limiter?>? _limiters;
    private readonly KeyedLimiter? _keyed;
    private readonly Func<HttpRequestMessage, string>? _key;
    private readonly RateLimitingHandlerOptions _options;
    private readonly TimeProvider _clock;
    private readonly HostPauses _pauses;
    private readonly AdviceReader _reader;

    /// <summary>Only learns from answers.</summary>
    /// <param name="options">Everything else; null for the defaults.</param>
    public RateLimitingHandler(RateLimitingHandlerOptions? options = null)
        : this(options, null, HostPauses.For(options ?? RateLimitingHandlerOptions.Default))
    {
    }

    /// <summary>Shares what is learned with other handlers.</summary>
    internal RateLimitingHandler(RateLimitingHandlerOptions? options, Func<HttpRequestMessage, Limiter?>? limiters, HostPauses pauses)
    {
        _options = options ?? RateLimitingHandlerOptions.Default;
        _limiters = limiters;
        _clock = _options.TimeProvider ?? TimeProvider.System;
        _pauses = pauses;
        _reader = new AdviceReader(_options.MaxPause, _clock);
    }

    /// <summary>One limit for all calls.</summary>
    /// <param name="limiter">The limiter; stays the caller's.</param>
    /// <param name="options">Everything else; null for the defaults.</param>
    public RateLimitingHandler(Limiter limiter, RateLimitingHandlerOptions? options = null)
        : this(options)
    {
        ArgumentNullException.ThrowIfNull(limiter);
        _limiters = _ => limiter;
    }

    /// <summary>A limit that depends on the call.</summary>
    /// <param name="limiter">The limiter of a call; null for no limit.</param>
    /// <param name="options">Everything else; null for the defaults.</param>
    public RateLimitingHandler(Func<HttpRequestMessage, Limiter?> limiter, RateLimitingHandlerOptions? options = null)
        : this(options)
    {
        ArgumentNullException.ThrowIfNull(limiter);
        _limiters = limiter;
    }

    /// <summary>A limit for each host, or for each of whatever the key names.</summary>
    /// <param name="limiter">A rate or a window for each key, not one on concurrency; bounded in memory, and stays the caller's.</param>
    /// <param name="key">The key of a call; null for its scheme, host and port.</param>
    /// <param name="options">Everything else; null for the defaults.</param>
    public RateLimitingHandler(
        KeyedLimiter limiter, Func<HttpRequestMessage, string>? key = null, RateLimitingHandlerOptions? options = null)
        : this(options)
    {
        ArgumentNullException.ThrowIfNull(limiter);
        _keyed = limiter;
        _key = key ?? Authority;
    }

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        Call call = new(_clock.GetTimestamp(), PauseKey(request));
        Grant grant = await EnterAsync(request, call, cancellationToken).ConfigureAwait(false);
        if (!grant.Decision.Allowed)
        {
            return Refuse(request, grant.Decision);
        }

        HttpResponseMessage response;
        using (grant)
        {
            response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }

        if (!Learn(call, response) || !_options.RetryOnce || !CanBeSentAgain(request))
        {
            return response;
        }

        try
        {
            grant = await EnterAsync(request, call, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            response.Dispose();
            throw;
        }

        if (!grant.Decision.Allowed)
        {
            // The far side's refusal says more than ours.
            return response;
        }

        response.Dispose();
        using (grant)
        {
            response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }

        Learn(call, response);
        return response;
    }

    /// <summary>As the asynchronous call, but blocks while it waits. Never sends twice.</summary>
    /// <inheritdoc/>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        Call call = new(_clock.GetTimestamp(), PauseKey(request));
#pragma warning disable VSTHRD002 // The caller asked for a call that blocks. Continuations need no thread of the caller's.
        Grant grant = EnterAsync(request, call, cancellationToken).AsTask().GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
        if (!grant.Decision.Allowed)
        {
            return Refuse(request, grant.Decision);
        }

        using (grant)
        {
            HttpResponseMessage response = base.Send(request, cancellationToken);
            Learn(call, response);
            return response;
        }
    }

    private static string Authority(HttpRequestMessage request) =>
        // Without the user's name and password: they are no part of the host, and what it is called goes into refusals and logs.
        request.RequestUri is { IsAbsoluteUri: true } uri ? uri.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) : "";

    private static bool CanBeSentAgain(HttpRequestMessage request) =>
        request.Content is null or ByteArrayContent or ReadOnlyMemoryContent
        && (request.Method == HttpMethod.Get || request.Method == HttpMethod.Head || request.Method == HttpMethod.Options
            || request.Method == HttpMethod.Trace || request.Method == HttpMethod.Put || request.Method == HttpMethod.Delete);

    private string PauseKey(HttpRequestMessage request) => _options.PauseKey?.Invoke(request) ?? Authority(request);

    private async ValueTask<Grant> EnterAsync(HttpRequestMessage request, Call call, CancellationToken cancellationToken)
    {
        if (await WaitForHostAsync(call, cancellationToken).ConfigureAwait(false) is { } refusal)
        {
            return new Grant(refusal);
        }

        int permits = _options.Permits?.Invoke(request) ?? 1;
        Grant grant = new(new Decision { Allowed = true, LimiterId = call.Host });
        TimeSpan longest = Remaining(call);
        if (_keyed is not null)
        {
            string key = _key!(request);
            grant = new(await _keyed.AttemptAsync(key, permits, longest, cancellationToken).ConfigureAwait(false), _keyed, key, permits);
        }
        else if (_limiters?.Invoke(request) is { } limiter)
        {
            grant = new(await limiter.AttemptAsync(permits, longest, cancellationToken).ConfigureAwait(false));
        }

        if (!grant.Decision.Allowed)
        {
            return grant;
        }

        // While it waited for the limiter, another call's answer may have asked for a pause.
        Decision? late = null;
        bool isGoing = false;
        try
        {
            late = await WaitForHostAsync(call with { IsBooked = true }, cancellationToken).ConfigureAwait(false);
            isGoing = late is null;
        }
        finally
        {
            if (!isGoing)
            {
                grant.GiveBack();
            }
        }

        return late is { } tooLate ? new Grant(tooLate) : grant;
    }

    private async ValueTask<Decision?> WaitForHostAsync(Call call, CancellationToken cancellationToken)
    {
        while (_options.LearnFromAnswers && _pauses.Find(call.Host) is { } pause)
        {
            TimeSpan longest = Remaining(call);
            PauseEnd end = pause.Enter(longest == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : longest, call.IsBooked, out TimeSpan wait);
            if (end == PauseEnd.Refused)
            {
                return new Decision
                {
                    Reason = RefusalReason.WaitTooLong,
                    RetryAfter = wait,
                    ResetAfter = wait,
                    Missing = 1,
                    LimiterId = call.Host,
                };
            }

            if (wait > TimeSpan.Zero)
            {
                // Timers cut to milliseconds: up, or it would be early.
                TimeSpan whole = TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
                await Task.Delay(whole, _clock, cancellationToken).ConfigureAwait(false);
            }

            if (end == PauseEnd.Go)
            {
                return null;
            }
        }

        return null;
    }

    private TimeSpan Remaining(Call call)
    {
        if (_options.MaxWait == Timeout.InfiniteTimeSpan)
        {
            return _options.MaxWait;
        }

        TimeSpan left = _options.MaxWait - _clock.GetElapsedTime(call.Start);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>Takes the answer's advice.</summary>
    /// <returns>Whether the call was refused and asked to come back.</returns>
    private bool Learn(Call call, HttpResponseMessage response)
    {
        if (!_options.LearnFromAnswers)
        {
            return false;
        }

        Advice advice = _reader.Read(response);
        _pauses.Take(call.Host, advice);
        return advice.Pause > TimeSpan.Zero && AdviceReader.IsRefusal(response);
    }

    private HttpResponseMessage Refuse(HttpRequestMessage request, in Decision decision)
    {
        if (!_options.AnswerRefusals)
        {
            throw new RateLimitTimeoutException(decision, _options.MaxWait);
        }

        HttpResponseMessage response = new(HttpStatusCode.TooManyRequests)
        {
            RequestMessage = request,
            ReasonPhrase = "Too Many Requests (refused by the client)",
        };
        if (decision.RetryAfterSeconds is { } seconds)
        {
            response.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(seconds));
        }

        return response;
    }

    /// <param name="Start">When it came in.</param>
    /// <param name="Host">Which calls it pauses with.</param>
    /// <param name="IsBooked">Whether it has its place among calls that are spaced.</param>
    private readonly record struct Call(long Start, string Host, bool IsBooked = false);
}
