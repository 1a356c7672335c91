using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace RateSync.Fast.Http.Fields;

/// <summary>
/// Reads what answers say about limits: <c>Retry-After</c> (RFC 9110, 10.2.3), <c>RateLimit</c> and <c>RateLimit-Policy</c>
/// (draft-ietf-httpapi-ratelimit-headers; up to draft 7 a dictionary, since then a list), and the three older fields,
/// <c>RateLimit-Limit</c>,
/// <c>-Remaining</c> and <c>-Reset</c>, with or without <c>X-</c>. What is malformed is not there; what is absurd is cut to the longest
/// pause.
/// </summary>
internal sealed class AdviceReader(TimeSpan longest, TimeProvider clock)
{
    // Fewer calls than a tenth of the quota, or than this where the quota is not known, are so few that they should last.
    private const decimal LowShare = 0.1m;
    private const decimal LowCount = 5;

    // A reset of so many seconds or more is a date: seconds of Unix time passed that in 2001, and no window lasts 31 years. The same in
    // milliseconds.
    private const decimal FirstDate = 1_000_000_000;
    private const decimal FirstDateInMilliseconds = 1_000_000_000_000;

    private static readonly string[] s_prefixes = ["RateLimit-", "X-RateLimit-", "X-Rate-Limit-"];

    public Advice Read(HttpResponseMessage response)
    {
        Advice advice = ReadFields(response);
        return IsRefusal(response) && RetryAfter(response) is { } pause ? advice + new Advice(pause, default, default) : advice;
    }

    /// <summary>Whether the far side refused for lack of capacity.</summary>
    public static bool IsRefusal(HttpResponseMessage response) =>
        response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable;

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        RetryConditionHeaderValue? value = response.Headers.RetryAfter;
        return value switch
        {
            { Delta: { } delta } => Cut(delta),
            { Date: { } date } => Cut(date - Sent(response)),
            _ => Digits(Field(response, "Retry-After").AsSpan().Trim()),
        };
    }

    /// <summary>A number of seconds that is too large for the platform, which reads none above its integers.</summary>
    private TimeSpan? Digits(ReadOnlySpan<char> text) => text.IsEmpty || text.ContainsAnyExceptInRange('0', '9')
        ? null
        : decimal.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out decimal seconds) ? Seconds(seconds) : longest;

    private Advice ReadFields(HttpResponseMessage response)
    {
        if (Field(response, "RateLimit") is { } field)
        {
            return StructuredFields.TryParseList(field, out List<StructuredItem>? items)
                && items.Exists(static item => item.Number("r") is not null)
                ? FromList(response, items)
                : FromDictionary(field);
        }

        foreach (string prefix in s_prefixes)
        {
            if (Number(response, prefix + "Remaining") is { } remaining && Number(response, prefix + "Reset") is { } reset)
            {
                return Judge(remaining, Number(response, prefix + "Limit"), UntilReset(reset, response));
            }
        }

        return default;
    }

    private Advice FromList(HttpResponseMessage response, List<StructuredItem> items)
    {
        string policy = Field(response, "RateLimit-Policy") ?? "";
        List<StructuredItem> policies = StructuredFields.TryParseList(policy, out List<StructuredItem>? parsed) ? parsed : [];
        Advice advice = default;
        foreach (StructuredItem item in items)
        {
            StructuredItem? quota = policies.Find(quota => string.Equals(quota.Value.Text, item.Value.Text, StringComparison.Ordinal));
            if (item.Number("r") is { } remaining && (item.Number("t") ?? quota?.Number("w")) is { } seconds)
            {
                advice += Judge(remaining, quota?.Number("q"), Seconds(seconds));
            }
        }

        return advice;
    }

    private Advice FromDictionary(string field) =>
        StructuredFields.TryParseDictionary(field, out Dictionary<string, StructuredItem>? items)
        && Value(items, "remaining") is { } remaining && Value(items, "reset") is { } reset
            ? Judge(remaining, Value(items, "limit"), Seconds(reset))
            : default;

    private static Advice Judge(decimal remaining, decimal? quota, TimeSpan untilReset)
    {
        if (remaining == 0 || untilReset == TimeSpan.Zero)
        {
            return new Advice(remaining == 0 ? untilReset : default, default, default);
        }

        bool isLow = quota > 0 ? remaining < quota * LowShare : remaining < LowCount;
        return isLow ? new Advice(default, TimeSpan.FromTicks((long)(untilReset.Ticks / (remaining + 1))), untilReset) : default;
    }

    private TimeSpan UntilReset(decimal reset, HttpResponseMessage response) => reset < FirstDate
        ? Seconds(reset)
        : Seconds((reset < FirstDateInMilliseconds ? reset : reset / 1000) - Sent(response).ToUnixTimeMilliseconds() / 1000m);

    /// <summary>When the far side wrote the answer, by its own clock: what it says in dates is then right whatever our clock
    /// shows.</summary>
    private DateTimeOffset Sent(HttpResponseMessage response) => response.Headers.Date ?? clock.GetUtcNow();

    private TimeSpan Seconds(decimal seconds) => seconds >= (decimal)longest.TotalSeconds
        ? longest
        : seconds <= 0 ? TimeSpan.Zero : Cut(TimeSpan.FromSeconds((double)seconds));

    private TimeSpan Cut(TimeSpan span) => span < TimeSpan.Zero ? TimeSpan.Zero : span > longest ? longest : span;

    private static decimal? Value(Dictionary<string, StructuredItem> items, string key) =>
        items.TryGetValue(key, out StructuredItem? item) && item.Value.Number >= 0 ? item.Value.Number : null;

    private static string? Field(HttpResponseMessage response, string name) =>
        response.Headers.NonValidated.TryGetValues(name, out HeaderStringValues values) ? string.Join(", ", values) : null;

    private static decimal? Number(HttpResponseMessage response, string name)
    {
        // Several quotas, or a quota with its window behind it: the first number is the one in force.
        ReadOnlySpan<char> text = Field(response, name);
        int end = text.IndexOfAny(',', ';');
        return decimal.TryParse(
            (end < 0 ? text : text[..end]).Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number)
            ? number
            : null;
    }
}
