using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RateSync.Fast.Http;
using RateSync.Fast.Testing;

namespace RateSync.Fast.Tests.Platform.Http;

/// <summary>Outgoing calls wait for their limiter and for the far side, to the millisecond of the test's clock.</summary>
public class HandlerTests
{
    private static readonly Uri s_uri = new("https://api.example.com/things");
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task Calls_wait_for_their_permits()
    {
        using TokenBucket bucket = new(10, 1, timeProvider: _clock);
        StubHandler far = new(static _ => StubHandler.Answer(HttpStatusCode.OK));
        using HttpClient client = Client(new RateLimitingHandler(bucket, Options()), far);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(s_uri)).StatusCode);
        Task<HttpResponseMessage> second = client.GetAsync(s_uri);
        _clock.Advance(TimeSpan.FromTicks(999_999));
        Assert.Equal(1, bucket.GetState().Waiting);
        Assert.Equal(1, far.Calls);
        _clock.Advance(TimeSpan.FromTicks(1));
        await second;
        Assert.Equal(2, far.Calls);
    }

    [Fact]
    public async Task Calls_cost_what_the_selector_says_and_limits_may_depend_on_them()
    {
        using TokenBucket bucket = new(1, 10, timeProvider: _clock);
        RateLimitingHandlerOptions options = Options() with { Permits = static request => int.Parse(request.RequestUri!.Query[1..]) };
        StubHandler far = new(static _ => StubHandler.Answer(HttpStatusCode.OK));
        using HttpClient client = Client(
            new RateLimitingHandler(request => request.Method == HttpMethod.Get ? bucket : null, options), far);
        await client.GetAsync(new Uri(s_uri, "?7"));
        Assert.Equal(3, bucket.GetState().Remaining);
        await client.PostAsync(new Uri(s_uri, "?7"), null);
        Assert.Equal(3, bucket.GetState().Remaining);
    }

    [Fact]
    public async Task Slots_are_given_back_when_the_answer_is_there()
    {
        using TicketSemaphore semaphore = new(1);
        TaskCompletionSource answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        StubHandler far = new(static _ => StubHandler.Answer(HttpStatusCode.OK));
        using HttpClient client = Client(
            new RateLimitingHandler(semaphore, Options()), new SlowHandler(answered.Task) { InnerHandler = far });
        Task<HttpResponseMessage> first = client.GetAsync(s_uri);
        Assert.Equal(0, semaphore.GetState().Remaining);
        answered.SetResult();
        await first;
        Assert.Equal(1, semaphore.GetState().Remaining);
    }

    [Fact]
    public async Task A_call_that_would_wait_too_long_is_refused_by_an_exception_or_an_answer()
    {
        using TokenBucket bucket = new(0.1, 1, timeProvider: _clock);
        StubHandler far = new(static _ => StubHandler.Answer(HttpStatusCode.OK));
        RateLimitingHandlerOptions options = Options() with { MaxWait = TimeSpan.FromSeconds(1) };
        using HttpClient client = Client(new RateLimitingHandler(bucket, options), far);
        await client.GetAsync(s_uri);
        RateLimitTimeoutException exception = await Assert.ThrowsAsync<RateLimitTimeoutException>(() => client.GetAsync(s_uri));
        Assert.Equal(RefusalReason.WaitTooLong, exception.Decision.Reason);

        using HttpClient answering = Client(new RateLimitingHandler(bucket, options with { AnswerRefusals = true }), far);
        using HttpResponseMessage response = await answering.GetAsync(s_uri);
        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(10), response.Headers.RetryAfter!.Delta);
        Assert.NotNull(response.RequestMessage);
        Assert.Equal(1, far.Calls);
    }

    [Fact]
    public async Task Each_host_has_a_limit_of_its_own_under_a_keyed_limiter()
    {
        using KeyedLimiter keyed = new(1, 1, timeProvider: _clock);
        StubHandler far = new(static _ => StubHandler.Answer(HttpStatusCode.OK));
        using HttpClient client = Client(
            new RateLimitingHandler(keyed, options: Options() with { MaxWait = TimeSpan.Zero, AnswerRefusals = true }), far);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri("https://one.example/"))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri("https://two.example/"))).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await client.GetAsync(new Uri("https://one.example/a"))).StatusCode);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri("https://one.example/a"))).StatusCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Slots_of_a_key_are_given_back_whatever_becomes_of_the_call(bool synchronous)
    {
        using KeyedLimiter keyed = KeyedLimiter.Concurrency(2, timeProvider: _clock);
        StubHandler far = new(static call => call % 2 == 0
            ? throw new HttpRequestException("down")
            : StubHandler.Answer(HttpStatusCode.OK));
        RateLimitingHandlerOptions options = Options() with { MaxWait = TimeSpan.Zero, Permits = static _ => 2 };
        using HttpClient client = Client(new RateLimitingHandler(keyed, static _ => "k", options), far);
        for (int i = 0; i < 4; i++)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, s_uri);
            try
            {
                using HttpResponseMessage response = synchronous ? client.Send(request) : await client.SendAsync(request);
            }
            catch (HttpRequestException exception)
            {
                Assert.Equal("down", exception.Message);
            }

            Assert.Equal(2, keyed.Peek("k").Remaining);
        }

        Assert.Equal(4, far.Calls);
    }

    [Fact]
    public async Task Slots_of_a_key_are_given_back_after_a_wait_and_before_a_second_try()
    {
        using KeyedLimiter keyed = KeyedLimiter.Concurrency(1, timeProvider: _clock);
        StubHandler far = new(static call => call == 1
            ? StubHandler.Answer(HttpStatusCode.ServiceUnavailable, ("Retry-After", "7"))
            : StubHandler.Answer(HttpStatusCode.OK));
        using HttpClient client = Client(new RateLimitingHandler(keyed, static _ => "k", Options() with { RetryOnce = true }), far);
        Assert.True(keyed.TryAcquire("k"));
        Task<HttpResponseMessage> call = client.GetAsync(s_uri);
        Assert.Equal(0, far.Calls);
        keyed.Release("k");
        Assert.True(SpinWait.SpinUntil(() => far.Calls == 1 && _clock.PendingTimers > 0, TimeSpan.FromSeconds(60)));
        Assert.Equal(1, keyed.Peek("k").Remaining);
        _clock.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal(HttpStatusCode.OK, (await call).StatusCode);
        Assert.Equal(1, keyed.Peek("k").Remaining);
    }

    [Fact]
    public async Task A_users_name_and_password_are_no_part_of_the_host()
    {
        using KeyedLimiter keyed = new(1, 1, timeProvider: _clock);
        StubHandler far = new(static _ => StubHandler.Answer(HttpStatusCode.TooManyRequests, ("Retry-After", "7")));
        using HttpClient client = Client(new RateLimitingHandler(keyed, options: Options() with { MaxWait = TimeSpan.Zero }), far);
        await client.GetAsync(new Uri("https://ann:secret@one.example/"));
        Assert.False(keyed.Peek("https://one.example").Allowed);
        RateLimitTimeoutException exception = await Assert.ThrowsAsync<RateLimitTimeoutException>(
            () => client.GetAsync(new Uri("https://bob:secret@ONE.example:443/")));
        Assert.Equal("https://one.example", exception.Decision.LimiterId);
        Assert.DoesNotContain("secret", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Retry_After_holds_up_the_calls_to_that_host_and_no_other()
    {
        StubHandler far = new(static call => call == 1
            ? StubHandler.Answer(HttpStatusCode.TooManyRequests, ("Retry-After", "7"))
            : StubHandler.Answer(HttpStatusCode.OK));
        using HttpClient client = Client(new RateLimitingHandler(Options()), far);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await client.GetAsync(s_uri)).StatusCode);
        Task<HttpResponseMessage> held = client.GetAsync(s_uri);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri("https://other.example/"))).StatusCode);
        _clock.Advance(TimeSpan.FromMilliseconds(6_999));
        Assert.False(held.IsCompleted);
        Assert.Equal(2, far.Calls);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(HttpStatusCode.OK, (await held).StatusCode);
    }

    [Fact]
    public async Task Hosts_differ_by_more_than_case_and_keys_of_the_callers_own_by_case_too()
    {
        StubHandler far = new(static call => call == 1
            ? StubHandler.Answer(HttpStatusCode.TooManyRequests, ("Retry-After", "7"))
            : StubHandler.Answer(HttpStatusCode.OK));
        RateLimitingHandlerOptions options = Options() with { MaxWait = TimeSpan.Zero };
        using HttpClient client = Client(new RateLimitingHandler(options), far);
        await client.GetAsync(new Uri("HTTPS://API.Example.com/a"));
        await Assert.ThrowsAsync<RateLimitTimeoutException>(() => client.GetAsync(s_uri));
        far = new(static _ => StubHandler.Answer(HttpStatusCode.TooManyRequests, ("Retry-After", "7")));
        using HttpClient keyed = Client(
            new RateLimitingHandler(options with { PauseKey = static request => request.RequestUri!.Query }), far);
        await keyed.GetAsync(new Uri(s_uri, "?token=aB"));
        await keyed.GetAsync(new Uri(s_uri, "?token=Ab"));
        await Assert.ThrowsAsync<RateLimitTimeoutException>(() => keyed.GetAsync(new Uri(s_uri, "?token=aB")));
    }

    [Fact]
    public async Task A_pause_is_refused_at_once_where_it_is_longer_than_the_call_may_wait()
    {
        StubHandler far = new(static _ => StubHandler.Answer(HttpStatusCode.ServiceUnavailable, ("Retry-After", "7")));
        using HttpClient client = Client(
            new RateLimitingHandler(Options() with { MaxWait = TimeSpan.FromSeconds(5), AnswerRefusals = true }), far);
        await client.GetAsync(s_uri);
        _clock.Advance(TimeSpan.FromSeconds(1));
        using HttpResponseMessage refused = await client.GetAsync(s_uri);
        Assert.Equal((HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(6)), (refused.StatusCode, refused.Headers.RetryAfter!.Delta));
        Assert.Equal(1, far.Calls);
        _clock.Advance(TimeSpan.FromSeconds(6));
        await client.GetAsync(s_uri);
        Assert.Equal(2, far.Calls);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_pause_that_comes_while_a_call_waits_for_its_permit_holds_it_up_too(bool isTooLong)
    {
        using TokenBucket bucket = new(1, 1, timeProvider: _clock);
        TaskCompletionSource answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        StubHandler quick = new(static _ => StubHandler.Answer(HttpStatusCode.TooManyRequests, ("Retry-After", "5")));
        SlowHandler slow = new(answered.Task) { InnerHandler = quick };
        RateLimitingHandlerOptions options = Options() with { MaxWait = TimeSpan.FromSeconds(isTooLong ? 3 : 10), AnswerRefusals = true };
        using HttpClient client = Client(new RateLimitingHandler(bucket, options), slow);
        Task<HttpResponseMessage> first = client.GetAsync(s_uri);
        Task<HttpResponseMessage> second = client.GetAsync(s_uri);
        Assert.Equal(1, bucket.GetState().Waiting);
        answered.SetResult();
        await first;
        _clock.Advance(TimeSpan.FromSeconds(1));
        if (isTooLong)
        {
            // Refused by this side, and its permit is there for the next.
            Assert.Equal(TimeSpan.FromSeconds(4), (await second).Headers.RetryAfter!.Delta);
            Assert.Equal(1, bucket.GetState().Remaining);
            Assert.Equal(1, quick.Calls);
        }
        else
        {
            // Once it has its permit it waits for the clock, which the test must not move before.
            while (_clock.PendingTimers == 0)
            {
                await Task.Yield();
            }

            Assert.Equal(1, quick.Calls);
            _clock.Advance(TimeSpan.FromSeconds(4));
            Assert.Equal(TimeSpan.FromSeconds(5), (await second).Headers.RetryAfter!.Delta);
            Assert.Equal(2, quick.Calls);
        }
    }

    [Fact]
    public async Task Of_more_hosts_than_are_kept_some_are_forgotten_those_first_whose_pause_is_over()
    {
        StubHandler far = new(static _ => StubHandler.Answer(HttpStatusCode.TooManyRequests, ("Retry-After", "10")));
        using HttpClient client = Client(
            new RateLimitingHandler(Options() with { MaxHosts = 2, MaxWait = TimeSpan.Zero, AnswerRefusals = true }), far);
        await client.GetAsync(new Uri("https://one.example/"));
        _clock.Advance(TimeSpan.FromSeconds(5));
        await client.GetAsync(new Uri("https://two.example/"));
        _clock.Advance(TimeSpan.FromSeconds(6));
        await client.GetAsync(new Uri("https://three.example/"));
        await client.GetAsync(new Uri("https://two.example/"));
        await client.GetAsync(new Uri("https://three.example/"));
        Assert.Equal(3, far.Calls);

        // All are paused: one has to go.
        await client.GetAsync(new Uri("https://four.example/"));
        await client.GetAsync(new Uri("https://four.example/"));
        Assert.Equal(4, far.Calls);
        await client.GetAsync(new Uri("https://two.example/"));
        await client.GetAsync(new Uri("https://three.example/"));
        Assert.InRange(far.Calls, 5, 6);
    }

    [Fact]
    public async Task A_cancelled_wait_sends_nothing()
    {
        StubHandler far = new(static _ => StubHandler.Answer(HttpStatusCode.TooManyRequests, ("Retry-After", "7")));
        using HttpClient client = Client(new RateLimitingHandler(Options()), far);
        await client.GetAsync(s_uri);
        using CancellationTokenSource source = new();
        Task<HttpResponseMessage> held = client.GetAsync(s_uri, source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => held);
        _clock.Advance(TimeSpan.FromSeconds(8));
        Assert.Equal(1, far.Calls);
    }

    [Fact]
    public async Task Few_remaining_calls_are_spread_over_the_time_until_the_reset()
    {
        StubHandler far = new(static call => call == 1
            ? StubHandler.Answer(HttpStatusCode.OK, ("RateLimit", "\"default\";r=3;t=40"), ("RateLimit-Policy", "\"default\";q=100;w=60"))
            : StubHandler.Answer(HttpStatusCode.OK));
        using HttpClient client = Client(new RateLimitingHandler(Options()), far);
        await client.GetAsync(s_uri);
        Task<HttpResponseMessage>[] calls = [.. Enumerable.Range(0, 4).Select(_ => client.GetAsync(s_uri))];
        for (int i = 0; i < 4; i++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(9_999));
            Assert.Equal(i + 1, far.Calls);
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            await calls[i];
        }

        Assert.True(client.GetAsync(s_uri).IsCompleted);
    }

    [Theory]
    [InlineData("GET", 2)]
    [InlineData("PUT", 2)]
    [InlineData("POST", 1)]
    public async Task Only_idempotent_calls_are_sent_a_second_time_and_only_once(string method, int expected)
    {
        StubHandler far = new(static _ => StubHandler.Answer(HttpStatusCode.TooManyRequests, ("Retry-After", "2")));
        using HttpClient client = Client(new RateLimitingHandler(Options() with { RetryOnce = true }), far);
        using HttpRequestMessage request = new(new HttpMethod(method), s_uri);
        request.Content = method == "PUT" ? new StringContent("text") : null;
        Task<HttpResponseMessage> call = client.SendAsync(request);
        Assert.Equal(expected == 1, call.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await call).StatusCode);
        Assert.Equal(expected, far.Calls);
    }

    [Fact]
    public async Task Synchronous_calls_wait_too()
    {
        using TokenBucket bucket = new(1, 1, timeProvider: _clock);
        StubHandler far = new(static _ => StubHandler.Answer(HttpStatusCode.OK));
        using HttpClient client = Client(new RateLimitingHandler(bucket, Options()), far);
        using HttpRequestMessage first = new(HttpMethod.Get, s_uri);
        using HttpRequestMessage second = new(HttpMethod.Get, s_uri);
        client.Send(first).Dispose();
        Task call = Task.Run(() => client.Send(second).Dispose());
        while (bucket.GetState().Waiting == 0)
        {
            await Task.Yield();
        }

        Assert.Equal(1, far.Calls);

        // More than once: it may have joined the line and not yet set its timer.
        while (!call.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await call;
        Assert.Equal(2, far.Calls);
    }

    [Fact]
    public async Task It_stands_in_a_real_client_before_a_real_server_by_the_name_of_a_limiter()
    {
        int served = 0;
        WebApplicationBuilder server = WebApplication.CreateSlimBuilder();
        server.Logging.ClearProviders();
        server.WebHost.UseUrls("http://127.0.0.1:0");
        await using WebApplication app = server.Build();
        app.Run(context =>
        {
            if (Interlocked.Increment(ref served) == 2)
            {
                context.Response.StatusCode = 429;
                context.Response.Headers.RetryAfter = "60";
            }

            return context.Response.WriteAsync("hello");
        });
        await app.StartAsync();
        Uri address = new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

        using TestRegistry test = new();
        test.Registry.ConfigureLimiter("api", new LimiterOptions { RatePerSecond = 1, Burst = 3 });
        ServiceCollection services = new();
        services.AddSingleton(test.Registry);
        services.AddHttpClient("far").AddRateSync("api", Options() with { MaxWait = TimeSpan.Zero, AnswerRefusals = true });
        await using ServiceProvider provider = services.BuildServiceProvider();
        using HttpClient client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("far");
        Assert.Equal("hello", await client.GetStringAsync(address));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await client.GetAsync(address)).StatusCode);

        // Now it is this side that refuses.
        using HttpResponseMessage refused = await client.GetAsync(address);
        Assert.Equal(TimeSpan.FromSeconds(60), refused.Headers.RetryAfter!.Delta);
        Assert.Equal(2, served);
        Assert.Equal(1, test["api"].GetState().Remaining);
        _clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal("hello", await client.GetStringAsync(address));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await client.GetAsync(address)).StatusCode);
        Assert.Equal(3, served);
    }

    private static HttpClient Client(RateLimitingHandler handler, HttpMessageHandler far)
    {
        handler.InnerHandler = far;
        return new HttpClient(handler) { Timeout = TimeSpan.FromMinutes(1) };
    }

    private RateLimitingHandlerOptions Options() => new() { TimeProvider = _clock };

    private sealed class SlowHandler(Task answered) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await answered;
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
