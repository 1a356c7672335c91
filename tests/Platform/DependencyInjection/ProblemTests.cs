using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace RateSync.Fast.Tests.Platform.DependencyInjection;

/// <summary>
/// What is said about settings that do not hold: a path that can be searched for, once, and who of the providers says so.
/// </summary>
public sealed class ProblemTests : IDisposable
{
    private const string Nothing = "limits nothing. It needs RatePerSecond, or Limit and WindowSeconds, or MaxConcurrent, or Limiters.";
    private readonly string _directory = Directory.CreateTempSubdirectory("ratesync").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_message_has_the_path_once_and_no_line()
    {
        Settings settings = new(
            ("RateSync:Limiters:api:RatePerSecond", "-5"),
            ("RateSync:Limiters:api:Brust", "5"),
            ("RateSync:Limiters:window:Algorithm", "FixedWindow"),
            ("RateSync:Limiters:window:WindowSeconds", "1"),
            ("RateSync:Limiters:b.c:rate_per_second", "1"),
            ("RateSync:Limiters:b.c:timeout", "long"),
            ("RateSync:Limiters:empty", null),
            ("RateSync:Limiters:all:Limiters:0", "apo"));
        using LogLines log = new();
        string[] messages = Messages(log, settings.Root);
        Assert.Equal(
            [
                "Provider: RateSync:Limiters:all:Limiters: expected names of limiters, found \"apo\", which is none. Did you mean \"api\"?",
                "Provider: RateSync:Limiters:api:Brust: unknown key. Did you mean 'Burst'?",
                "Provider: RateSync:Limiters:api:RatePerSecond: "
                    + "expected permits per second from 0.000000001 to 1000000000, found \"-5\".",
                "Provider: RateSync:Limiters:b.c:timeout: expected seconds from 0 to 864000000, found \"long\".",
                "Provider: RateSync:Limiters:empty: " + Nothing,
                "section RateSync: RateSync:Limiters:window:Limit: expected a whole number of permits from 1 to 2147483647, found nothing.",
            ],
            messages);
        Assert.Equal(messages, log.At(LogLevel.Error).Where(static entry => entry.Event.Id == 3).Select(static entry => entry.Text).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_file_is_named_and_of_several_the_one_that_counts()
    {
        File.WriteAllText(
            Path.Combine(_directory, "a.json"),
            """{ "RateSync": { "Limiters": { "api": { "RatePerSecond": -1, "Timeout": -2 }, "nothing": { "Shadow": true } } } }""");
        File.WriteAllText(Path.Combine(_directory, "b.json"), """{ "RateSync": { "Limiters": { "api": { "RatePerSecond": -3 } } } }""");
        IConfigurationRoot root = new ConfigurationBuilder().SetBasePath(_directory).AddJsonFile("a.json").AddJsonFile("b.json")
            .AddInMemoryCollection([KeyValuePair.Create("RateSync:Limiters:mail:Timeout", (string?)"-4")]).Build();
        using IDisposable end = (IDisposable)root;
        string[] expected =
        [
            "MemoryConfigurationProvider: RateSync:Limiters:mail: " + Nothing,
            "MemoryConfigurationProvider: RateSync:Limiters:mail:Timeout: expected seconds from 0 to 864000000, found \"-4\".",
            "a.json: RateSync:Limiters:api:Timeout: expected seconds from 0 to 864000000, found \"-2\".",
            "a.json: RateSync:Limiters:nothing: " + Nothing,
            "b.json: RateSync:Limiters:api:RatePerSecond: "
                + "expected permits per second from 0.000000001 to 1000000000, found \"-3\".",
        ];
        using LogLines log = new();
        Assert.Equal(expected, Messages(log, root));

        // A section alone does not know what it is a part of; the container does.
        Assert.Equal(expected, Messages(log, root.GetSection("RateSync"), root));

        // Another configuration in the container says nothing about it.
        IConfigurationRoot other = new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(
            """{ "RateSync": { "Limiters": { "api": { "RatePerSecond": 1 } } } }"""))).Build();
        Assert.All(
            Messages(log, root.GetSection("RateSync"), other),
            static message => Assert.StartsWith("section RateSync: RateSync:Limiters:", message, StringComparison.Ordinal));
    }

    private static string[] Messages(LogLines log, IConfiguration settings, IConfiguration? ofContainer = null)
    {
        using ServiceProvider container = TestHost.Container(
            services =>
            {
                if (ofContainer is not null)
                {
                    services.AddSingleton(ofContainer);
                }

                services.AddRateSync(settings);
            },
            log);
        ConfigurationException bad = Assert.Throws<ConfigurationException>(container.GetRequiredService<LimiterRegistry>);
        return [.. bad.Problems.Select(static problem => problem.ToString()).Order(StringComparer.Ordinal)];
    }
}
