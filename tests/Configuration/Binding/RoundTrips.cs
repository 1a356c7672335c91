using RateSync.Fast.Configuration;

namespace RateSync.Fast.Tests.Configuration.Binding;

/// <summary>Any options that are right: printed, checked as code, and with one typing error.</summary>
public class RoundTrips
{
    private const string Before = "[stores.\"a \\\" $$ b\"]\nengine = \"memory\"\n[limiters.one]\nmax_concurrent = 1\n[limiters.two]\nmax_concurrent = 1\n[limiters.\"x.y\"]\n";
    private const string Letters = "abcdefghijklmnopqrstuvwxyz_0123456789";

    [Fact]
    public void Options_printed_as_a_file_bind_back_equal()
    {
        Random random = new(1);
        for (int i = 0; i < 2000; i++)
        {
            LimiterOptions options = Any(random);
            string toml = Before + TomlText.Lines(OptionNodes.From(options));
            LimiterOptions read = RateSyncConfiguration.Parse(toml, environment: static _ => null).Limiters["x.y"];
            Assert.True(options == read, $"{i}: {toml}");
        }
    }

    [Fact]
    public void Options_of_code_that_are_right_stay_as_they_are()
    {
        Random random = new(2);
        Dictionary<string, StoreOptions> stores = new() { [Store] = new MemoryStoreOptions() };
        Dictionary<string, LimiterOptions> others = new() { ["one"] = new() { MaxConcurrent = 1 }, ["two"] = new() { MaxConcurrent = 1 } };
        for (int i = 0; i < 2000; i++)
        {
            LimiterOptions options = Any(random);
            Assert.Equal(options, OptionRules.Check("x.y", options, stores, others));
        }
    }

    [Fact]
    public void Any_typing_error_in_a_key_is_found_in_its_line_with_the_key_that_was_meant()
    {
        Random random = new(3);
        string[] known = ConfigKeys.OfLimiter;
        int suggested = 0;
        for (int i = 0; i < 2000; i++)
        {
            ConfigNode table = OptionNodes.From(Any(random));
            int at = random.Next(table.Entries.Count);
            string key = table.Entries[at].Key;
            string typo = Mistype(key, random);
            if (known.Contains(typo, StringComparer.Ordinal))
            {
                continue;
            }

            List<ConfigEntry> entries = [.. table.Entries];
            entries[at] = new ConfigEntry(typo, entries[at].Position, entries[at].Value);
            int line = Before.Count(static c => c == '\n') + at + 1;
            ConfigurationProblem problem = Bad.Problems(Before + TomlText.Lines(ConfigNode.Table(entries))).Single(p => p.Key == $"limiters.\"x.y\".{typo}");
            Assert.Equal((line, 1), (problem.Line, problem.Column));

            // One edit away: only another key as near as that may be suggested instead.
            string nearest = problem.Expected.Trim('\'');
            Assert.Contains(nearest, known);
            Assert.True(nearest == key || Names.Distance(nearest, typo) <= 1, $"{typo}: {nearest} instead of {key}");
            suggested++;
        }

        Assert.True(suggested > 1900);
    }

    [Fact]
    public void Options_of_code_are_judged_like_those_of_a_file()
    {
        Dictionary<string, StoreOptions> stores = new() { ["main"] = new MemoryStoreOptions() };
        Dictionary<string, LimiterOptions> others = new() { ["b"] = new() { Limiters = ["a"] } };
        LimiterOptions options = new()
        {
            Store = "mian",
            RatePerSecond = double.NaN,
            Timeout = TimeSpan.FromSeconds(-5),
            Algorithm = (LimiterAlgorithm)77,
            Limiters = ["b", null!],
        };
        ConfigurationException exception = Assert.Throws<ConfigurationException>(() => OptionRules.Check("a", options, stores, others));
        Assert.Equal(
            [
                "limiters.a.algorithm: expected one of \"token_bucket\", \"leaky_bucket\", \"sliding_window\", \"sliding_window_counter\", \"fixed_window\", found \"77\".",
                "limiters.a.limiters: expected a list of names of limiters, found \"\".",
                "limiters.a.limiters: expected names that do not lead back, found a -> b -> a.",
                "limiters.a.rate_per_second: expected nothing of its own beside limiters, found NaN. Put it into a limiter with another name, and name that in limiters.a.limiters.",
                "limiters.a.rate_per_second: expected permits per second from 0.000000001 to 1000000000, found NaN.",
                "limiters.a.store: expected one of 'main', found \"mian\". Did you mean \"main\"?",
                "limiters.a.timeout: expected seconds from 0 to 864000000, found -5.",
            ],
            exception.Problems.Select(static problem => problem.ToString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_clone_may_wait_for_ever_where_its_source_does_not()
    {
        LimiterOptions options = new LimiterOverrides { Timeout = Timeout.InfiniteTimeSpan }.ApplyTo(new() { MaxConcurrent = 1, Timeout = TimeSpan.Zero });
        Assert.Null(OptionRules.Check("a", options, new Dictionary<string, StoreOptions>(), new Dictionary<string, LimiterOptions>()).Timeout);
    }

    private const string Store = "a \" $ b";

    private static LimiterOptions Any(Random random)
    {
        LimiterAlgorithm algorithm = (LimiterAlgorithm)random.Next(5);
        bool isWindow = algorithm >= LimiterAlgorithm.SlidingWindow;
        bool hasRate = !isWindow && (algorithm == LimiterAlgorithm.LeakyBucket || Maybe());
        bool isShadow = Maybe();
        double low = random.NextDouble();
        if (random.Next(4) == 0)
        {
            return new LimiterOptions
            {
                Store = Store,
                Limiters = ["one", "two"],
                Strategy = Maybe() ? CompositeStrategy.AnyMustPass : default,
                Shadow = isShadow,
                Timeout = Maybe() ? TimeSpan.FromTicks(random.NextInt64(0, TimeSpan.TicksPerHour)) : null,
                QueueLimit = Maybe() ? random.Next() : null,
            };
        }

        return new LimiterOptions
        {
            Store = Store,
            Algorithm = algorithm,
            RatePerSecond = hasRate ? Math.Pow(10, (random.NextDouble() * 9) - 3) : null,
            Burst = hasRate && algorithm == LimiterAlgorithm.TokenBucket && Maybe() ? random.NextInt64(1, 1 << 20) : null,
            Limit = isWindow ? random.Next(1, 65_537) : null,
            Window = isWindow ? TimeSpan.FromTicks(random.NextInt64(1, TimeSpan.TicksPerDay * 365)) : null,
            MaxConcurrent = (!isWindow && !hasRate) || Maybe() ? random.Next(1, int.MaxValue) : null,
            Timeout = Maybe() ? TimeSpan.FromTicks(random.NextInt64(0, TimeSpan.TicksPerHour)) : null,
            FailClosed = Maybe(),
            OnStoreFailure = Maybe() ? (StoreFailurePolicy)random.Next(3) : null,
            Shadow = isShadow,
            Lease = Maybe() ? TimeSpan.FromTicks(random.NextInt64(1, TimeSpan.TicksPerHour)) : null,
            MaxLease = Maybe() ? random.NextInt64(1, 1L << 40) : null,
            Strict = algorithm != LimiterAlgorithm.FixedWindow && !isShadow && Maybe(),
            QueueLimit = Maybe() ? random.Next() : null,
            MaxKeys = Maybe() ? random.Next(64, 100_000_001) : null,
            Priorities = Maybe() ? new Dictionary<Priority, double> { [Priority.Low] = low, [Priority.High] = 1 } : null,
            Fair = Maybe(),
            Weights = Maybe() ? new Dictionary<string, double> { ["g"] = 0.001 + low, ["$x \u0007\\ é"] = random.Next(1, 100) } : null,
        };

        bool Maybe() => random.Next(2) == 0;
    }

    private static string Mistype(string key, Random random)
    {
        int at = random.Next(key.Length);
        char letter = Letters[random.Next(Letters.Length)];
        return random.Next(4) switch
        {
            0 => key.Remove(at, 1),
            1 => key.Insert(at, letter.ToString()),
            2 => key.Remove(at, 1).Insert(at, letter.ToString()),
            _ => at == 0 ? key + letter : key.Remove(at, 1).Insert(at - 1, key[at].ToString()),
        };
    }
}
