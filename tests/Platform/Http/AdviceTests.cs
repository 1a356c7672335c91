using System.Net;
using RateSync.Fast.Http;
using RateSync.Fast.Testing;

namespace RateSync.Fast.Tests.Platform.Http;

/// <summary>What answers say, in all the ways it is said, makes the next call wait for so long; nonsense does not.</summary>
public class AdviceTests
{
    private static readonly Uri s_uri = new("https://api.example.com/");

    [Theory]
    [InlineData(429, 10.0, "Retry-After: 10")]
    [InlineData(503, 10.0, "Retry-After: 10")]
    [InlineData(200, 0.0, "Retry-After: 10")]
    [InlineData(429, 0.0)]
    [InlineData(429, 30.0, "Date: Sun, 06 Nov 1994 08:49:37 GMT", "Retry-After: Sun, 06 Nov 1994 08:50:07 GMT")]
    [InlineData(429, 30.0, "Retry-After: Tue, 01 Jan 2030 00:00:30 GMT")]
    [InlineData(429, 0.0, "Retry-After: Sun, 06 Nov 1994 08:50:07 GMT")]
    [InlineData(429, 300.0, "Retry-After: 2000000000")]
    [InlineData(429, 300.0, "Retry-After: 4294967296")]
    [InlineData(429, 300.0, "Retry-After: 999999999999999999999999999999999999999999")]
    [InlineData(429, 0.0, "Retry-After: 0")]
    [InlineData(429, 0.0, "Retry-After: 000000000000000000000000000000")]
    [InlineData(429, 0.0, "Retry-After:  ")]
    [InlineData(429, 5.0, "Retry-After: 5", "Retry-After: 7")]
    [InlineData(429, 300.0, "Date: Mon, 01 Jan 0001 00:00:00 GMT", "Retry-After: Fri, 31 Dec 9999 23:59:59 GMT")]
    [InlineData(429, 0.0, "Date: Fri, 31 Dec 9999 23:59:59 GMT", "Retry-After: Mon, 01 Jan 0001 00:00:00 GMT")]
    [InlineData(200, 0.0, "Date: Fri, 31 Dec 9999 23:59:59 GMT", "X-RateLimit-Remaining: 0", "X-RateLimit-Reset: 1795262423")]
    [InlineData(200, 0.0999, "X-RateLimit-Limit: 79228162514264337593543950335", "X-RateLimit-Remaining: 1000", "X-RateLimit-Reset: 100")]
    [InlineData(429, 0.0, "Retry-After: -5")]
    [InlineData(429, 0.0, "Retry-After: soon")]
    [InlineData(200, 17.0, "RateLimit: \"default\";r=0;t=17")]
    [InlineData(200, 21.0, "RateLimit: \"a\";r=0;t=17, \"b\";r=0;t=21", "RateLimit-Policy: \"a\";q=100;w=60")]
    [InlineData(200, 21.0, "RateLimit: \"a\";r=0;t=17", "RateLimit: b;r=0;t=21;pk=:cHNpdHQ=:")]
    [InlineData(200, 60.0, "RateLimit: \"a\";r=0", "RateLimit-Policy: \"a\";q=100;w=60")]
    [InlineData(200, 0.0, "RateLimit: \"a\";r=0")]
    [InlineData(200, 10.0, "RateLimit: \"a\";r=1;t=20", "RateLimit-Policy: \"a\";q=100;w=60")]
    [InlineData(200, 0.0, "RateLimit: \"a\";r=10;t=20", "RateLimit-Policy: \"a\";q=100;w=60")]
    [InlineData(200, 4.0, "RateLimit: \"a\";r=4;t=20")]
    [InlineData(200, 0.0, "RateLimit: \"a\";r=5;t=20")]
    [InlineData(429, 25.0, "Retry-After: 25", "RateLimit: \"a\";r=0;t=20")]
    [InlineData(200, 30.0, "RateLimit: limit=100, remaining=0, reset=30")]
    [InlineData(200, 12.0, "RateLimit-Limit: 100, 100;w=60", "RateLimit-Remaining: 0", "RateLimit-Reset: 12")]
    [InlineData(200, 12.0, "X-RateLimit-Limit: 100", "X-RateLimit-Remaining: 0", "X-RateLimit-Reset: 12")]
    [InlineData(200, 1.5, "X-Rate-Limit-Remaining: 0", "X-Rate-Limit-Reset: 1.5")]
    [InlineData(200, 40.0, "X-RateLimit-Remaining: 0", "X-RateLimit-Reset: 1893456040")]
    [InlineData(200, 40.0, "X-RateLimit-Remaining: 0", "X-RateLimit-Reset: 1893456040000")]
    [InlineData(200, 23.0, "Date: Sat, 21 Nov 2026 12:00:00 GMT", "X-RateLimit-Remaining: 0", "X-RateLimit-Reset: 1795262423")]
    [InlineData(200, 0.0, "X-RateLimit-Remaining: 0", "X-RateLimit-Reset: 1700000000")]
    [InlineData(200, 300.0, "X-RateLimit-Remaining: 0", "X-RateLimit-Reset: 99999999999999999999999")]
    [InlineData(200, 300.0, "X-RateLimit-Remaining: 0", "X-RateLimit-Reset: 86400")]
    [InlineData(200, 0.0, "X-RateLimit-Remaining: -1", "X-RateLimit-Reset: 10")]
    [InlineData(200, 0.0, "X-RateLimit-Remaining: 0", "X-RateLimit-Reset: NaN")]
    [InlineData(200, 0.0, "X-RateLimit-Remaining: 0")]
    [InlineData(200, 0.0, "RateLimit: \"a\";r=0;t=20 \"b\"")]
    [InlineData(200, 0.0, "RateLimit: \"a;r=0;t=20")]
    [InlineData(200, 0.0, "RateLimit: \"a\";r=0;t=-20")]
    [InlineData(200, 0.0, "RateLimit: \"a\";r=\"0\";t=20")]
    [InlineData(200, 0.0, "RateLimit: \"a\";r=0;t=1234567890123456")]
    [InlineData(200, 0.0, "RateLimit: \"a\";r=0;t=20,")]
    [InlineData(200, 20.0, "RateLimit: (a \"b\" 1;x);z, \"a\";r=0;t=20;k=?1;d=@12;u=%\"x\"")]
    public async Task The_next_call_waits_for(int status, double seconds, params string[] fields)
    {
        ManualTimeProvider clock = new();
        Assert.Equal(TimeSpan.FromSeconds(seconds), await WaitAsync(clock, status, fields));
    }

    [Fact]
    public async Task The_longest_pause_can_be_chosen_and_learning_turned_off()
    {
        ManualTimeProvider clock = new();
        string[] fields = ["Retry-After: 1000"];
        Assert.Equal(TimeSpan.FromSeconds(20), await WaitAsync(clock, 429, fields, new() { MaxPause = TimeSpan.FromSeconds(20) }));
        Assert.Equal(TimeSpan.Zero, await WaitAsync(clock, 429, fields, new() { LearnFromAnswers = false }));
        RateLimitingHandlerOptions absurd = new() { MaxPause = TimeSpan.MaxValue };
        Assert.Throws<ArgumentOutOfRangeException>(() => new RateLimitingHandler(absurd));
    }

    [Fact]
    public async Task Whatever_bytes_come_nothing_breaks_and_no_pause_is_longer_than_the_longest()
    {
        Random random = new(20260101);
        string[] seeds =
        [
            "\"default\";r=0;t=17", "\"a\";r=5;t=20, \"b\";q=100;w=60", "limit=100, remaining=0, reset=30",
            "(a \"b\\\\\" 1.5;x=:YQ==:);z=?1, @12",
            "100;w=60", "1893456040", "Tue, 01 Jan 2030 00:00:30 GMT", "%\"f%c3%bc\"", "99999999999999999999", "-1", "*key=tok/en;a=-9.123",
        ];
        string[] names =
        [
            "RateLimit", "RateLimit-Policy", "RateLimit-Remaining", "RateLimit-Reset", "X-RateLimit-Reset", "X-RateLimit-Remaining",
            "Retry-After", "Date",
        ];
        const string Alphabet = "\"\\;=,()?@%:*-.0123456789abrtqw \t~\u00e9{";
        for (int round = 0; round < 3_000; round++)
        {
            string[] fields = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ =>
            {
                char[] text = seeds[random.Next(seeds.Length)].ToCharArray();
                for (int change = random.Next(4); change > 0; change--)
                {
                    text[random.Next(text.Length)] = Alphabet[random.Next(Alphabet.Length)];
                }

                return names[random.Next(names.Length)] + ": " + new string(text, 0, random.Next(text.Length + 1));
            })];
            Assert.InRange(await WaitAsync(new ManualTimeProvider(), 429, fields), TimeSpan.Zero, TimeSpan.FromMinutes(5));
        }
    }

    /// <summary>How long the call after such an answer waits.</summary>
    private static async Task<TimeSpan> WaitAsync(
        ManualTimeProvider clock, int status, string[] fields, RateLimitingHandlerOptions? options = null)
    {
        StubHandler far = new(call =>
        {
            HttpResponseMessage response = new((HttpStatusCode)(call == 1 ? status : 200));
            foreach (string field in call == 1 ? fields : [])
            {
                int colon = field.IndexOf(':', StringComparison.Ordinal);
                response.Headers.TryAddWithoutValidation(field[..colon], field[(colon + 2)..]);
            }

            return response;
        });
        options = (options ?? new()) with { TimeProvider = clock, MaxWait = TimeSpan.Zero };
        RateLimitTimeoutException? refusal = null;
        using HttpMessageInvoker invoker = new(new RateLimitingHandler(options) { InnerHandler = far });
        for (int i = 0; i < 2; i++)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, s_uri);
            try
            {
                (await invoker.SendAsync(request, CancellationToken.None)).Dispose();
            }
            catch (RateLimitTimeoutException exception)
            {
                refusal = exception;
            }
        }

        Assert.Equal(refusal is null ? 2 : 1, far.Calls);
        return refusal?.Decision.RetryAfter ?? TimeSpan.Zero;
    }
}
