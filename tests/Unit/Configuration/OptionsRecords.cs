namespace RateSync.Fast.Tests.Unit.Configuration;

public class OptionsRecords
{
    [Fact]
    public void Options_are_equal_if_what_is_in_their_collections_is()
    {
        LimiterOptions a = Full();
        LimiterOptions b = Full();
        Assert.Equal(a, b);
        Assert.Equal(a.GetHashCode(), b.GetHashCode());
        Assert.NotEqual(a, a with { Weights = new Dictionary<string, double> { ["gold"] = 4, ["tin"] = 2 } });
        Assert.NotEqual(a, a with { Weights = new Dictionary<string, double> { ["gold"] = 4 } });
        Assert.NotEqual(a, a with { Weights = null });
        Assert.NotEqual(a with { Weights = null }, a);
        Assert.NotEqual(a, a with { Priorities = new Dictionary<Priority, double> { [Priority.Low] = 0.6, [Priority.Normal] = 0.8 } });
        Assert.NotEqual(a, a with { Priorities = new Dictionary<Priority, double> { [Priority.High] = 0.5, [Priority.Normal] = 0.8 } });
        Assert.NotEqual(a, a with { Limiters = ["b", "a"] });
        Assert.NotEqual(a, a with { Limiters = null });
        Assert.NotEqual(a with { Limiters = null }, a);
        Assert.False(a.Equals(null));
    }

    [Fact]
    public void The_order_of_entries_does_not_matter()
    {
        LimiterOptions a = new() { Weights = new Dictionary<string, double> { ["gold"] = 4, ["tin"] = 1 } };
        LimiterOptions b = new() { Weights = new SortedDictionary<string, double>(Comparer<string>.Create((x, y) => string.CompareOrdinal(y, x))) { ["tin"] = 1, ["gold"] = 4 } };
        Assert.Equal(a, b);
        Assert.Equal(a.GetHashCode(), b.GetHashCode());
    }

    [Fact]
    public void Every_property_of_the_options_counts()
    {
        LimiterOptions none = new();
        LimiterOptions full = Full();
        foreach (System.Reflection.PropertyInfo property in typeof(LimiterOptions).GetProperties())
        {
            LimiterOptions one = new();
            Assert.NotEqual(property.GetValue(none), property.GetValue(full));
            property.SetValue(one, property.GetValue(full));
            Assert.False(none.Equals(one), property.Name);
            Assert.False(one.Equals(none), property.Name);
        }
    }

    [Fact]
    public void A_call_asks_for_one_permit_at_normal_priority_unless_it_says_otherwise()
    {
        AcquireOptions options = default;
        Assert.Equal(1, options.Permits);
        Assert.Equal(Priority.Normal, options.Priority);
        Assert.Null(options.Timeout);
        Assert.Null(options.Tenant);
        Assert.Equal(default, new AcquireOptions { Permits = 1 });
        Assert.Equal(int.MaxValue, new AcquireOptions { Permits = int.MaxValue }.Permits);
        Assert.Equal(int.MinValue, new AcquireOptions { Permits = int.MinValue }.Permits);
        Assert.Equal(0, new AcquireOptions { Permits = 0 }.Permits);
    }

    [Fact]
    public void A_clone_takes_over_what_it_does_not_say_itself()
    {
        LimiterOptions full = Full();
        Assert.Equal(full, new LimiterOverrides().ApplyTo(full));
        LimiterOverrides overrides = new()
        {
            RatePerSecond = 1,
            Burst = 2,
            Limit = 3,
            Window = TimeSpan.FromSeconds(4),
            MaxConcurrent = 5,
            Timeout = TimeSpan.FromSeconds(6),
        };
        LimiterOptions clone = overrides.ApplyTo(full);
        Assert.Equal(
            full with
            {
                RatePerSecond = 1,
                Burst = 2,
                Limit = 3,
                Window = TimeSpan.FromSeconds(4),
                MaxConcurrent = 5,
                Timeout = TimeSpan.FromSeconds(6),
            },
            clone);
    }

    [Fact]
    public void Exceptions_list_what_is_wrong_and_where()
    {
        ConfigurationProblem one = new() { File = "a.toml", Line = 3, Column = 1, Key = "limiters.api.burst", Message = "limiters.api.burst: wrong." };
        ConfigurationProblem two = one with { Line = 0, Column = 0, Message = "No table." };
        Assert.Equal("a.toml(3,1): limiters.api.burst: wrong.", new ConfigurationException([one]).Message);
        Assert.Equal("a.toml: No table.", two.ToString());
        Assert.Equal("configuration(3,1): limiters.api.burst: wrong.", (one with { File = null }).ToString());
        Assert.Equal("No table.", (two with { File = null }).ToString());
        Assert.Equal(
            $"The configuration has 2 problems:{Environment.NewLine}a.toml(3,1): limiters.api.burst: wrong.{Environment.NewLine}a.toml: No table.",
            new ConfigurationException([one, two]).Message);
        Assert.Equal([one, two], new ConfigurationException([one, two]).Problems);
        Assert.Empty(new ConfigurationException("x").Problems);
        Assert.Throws<ArgumentNullException>(static () => new ConfigurationException((IReadOnlyList<ConfigurationProblem>)null!));
    }

    [Fact]
    public void A_missing_limiter_or_store_is_named_with_the_name_that_was_probably_meant()
    {
        LimiterNotFoundException limiter = LimiterNotFoundException.For("paymets", ["api", "payments"]);
        Assert.Equal("There is no limiter 'paymets'. Did you mean 'payments'?", limiter.Message);
        Assert.Equal(("paymets", "payments"), (limiter.Id, limiter.Nearest));
        Assert.Equal("There is no limiter 'x'. None is configured.", LimiterNotFoundException.For("x", []).Message);
        StoreNotFoundException store = StoreNotFoundException.For("quite-other", ["redis", "local"]);
        Assert.Equal("There is no store 'quite-other'. Known: 'redis', 'local'.", store.Message);
        Assert.Equal(("quite-other", null), (store.Id, store.Nearest));
    }

    private static LimiterOptions Full() => new()
    {
        Store = "main",
        Algorithm = LimiterAlgorithm.LeakyBucket,
        RatePerSecond = 10,
        Burst = 20,
        Limit = 30,
        Window = TimeSpan.FromSeconds(40),
        MaxConcurrent = 50,
        Timeout = TimeSpan.FromSeconds(60),
        FailClosed = true,
        OnStoreFailure = StoreFailurePolicy.Open,
        Shadow = true,
        Lease = TimeSpan.FromMilliseconds(70),
        MaxLease = 80,
        Strict = true,
        QueueLimit = 90,
        MaxKeys = 100,
        Priorities = new Dictionary<Priority, double> { [Priority.Low] = 0.5, [Priority.Normal] = 0.8 },
        Fair = true,
        Weights = new Dictionary<string, double> { ["gold"] = 4, ["tin"] = 1 },
        Limiters = ["a", "b"],
        Strategy = CompositeStrategy.AnyMustPass,
    };
}
