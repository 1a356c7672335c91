namespace RateSync.Fast.Tests.Generators.Running;

/// <summary>The ids that templates make, read off the exception about a limiter that does not exist.</summary>
public class IdsRun
{
    [Theory]
    [InlineData("tenant-{x}", "string x", "\"a\"", "tenant-a")]
    [InlineData("base:{x}", "string x", "\"a\"", "base:a")]
    [InlineData("{x}", "string x", "\"a\"", "a")]
    [InlineData("{ x }", "string x", "\"a\"", "a")]
    [InlineData("t-{x}", "string? x", "null", "t-")]
    [InlineData("t-{x}", "object? x", "null", "t-")]
    [InlineData("t-{x}", "int? x", "null", "t-")]
    [InlineData("t-{x}", "int? x", "-5", "t--5")]
    [InlineData("t-{x}", "double x", "1234.5", "t-1234.5")]
    [InlineData("t-{x}", "decimal x", "0.50m", "t-0.50")]
    [InlineData("t-{x}", "object x", "1.5", "t-1.5")]
    [InlineData("t-{x}", "DateTime x", "new DateTime(2001, 2, 3)", "t-02/03/2001 00:00:00")]
    [InlineData("t-{x}", "DayOfWeek x", "DayOfWeek.Friday", "t-Friday")]
    [InlineData("t-{x}", "bool x", "true", "t-True")]
    [InlineData("t-{x}", "Guid x", "Guid.Empty", "t-00000000-0000-0000-0000-000000000000")]
    [InlineData("t-{x}", "(int, string) x", "(1, \"a\")", "t-(1, a)")]
    [InlineData("t-{x}", "Point x", "new Point(1, 2)", "t-Point { X = 1, Y = 2 }")]
    [InlineData("t-{x}", "ReadOnlySpan<char> x", "\"span\"", "t-span")]
    [InlineData("{x}{y}-{x}", "string x, int y", "\"a\", 2", "a2-a")]
    [InlineData("t-{class}", "string @class", "\"a\"", "t-a")]
    [InlineData("t-{@class}", "string @class", "\"a\"", "t-a")]
    [InlineData("t-{user.Id}", "User user", "new User(7)", "t-7")]
    [InlineData("t-{user.Id}", "User? user", "null", "t-")]
    [InlineData("t-{user.Boss.Boss.Name}", "User user", "new User(1) { Boss = new User(2) }", "t-")]
    [InlineData("t-{user.Boss.Name.Length}", "User user", "new User(1) { Boss = new User(2) { Name = \"four\" } }", "t-4")]
    [InlineData("t-{user.Home.X}", "User user", "new User(1)", "t-")]
    [InlineData("t-{user.Home.X}", "User user", "new User(1) { Home = new Point(8, 9) }", "t-8")]
    [InlineData("t-{user.Score}", "User user", "new User(1)", "t-0.5")]
    [InlineData("t-{user.Inherited}", "User user", "new User(1)", "t-inherited")]
    [InlineData("t-{at.Year}", "DateTime at", "new DateTime(2001, 2, 3)", "t-2001")]
    [InlineData("t-{list.Count}", "IReadOnlyList<int> list", "new int[3]", "t-3")]
    [InlineData("t-{pair.A}-{pair.Item2}", "(int A, int) pair", "(1, 2)", "t-1-2")]
    [InlineData("t-{x.Event}", "Odd? x", "null", "t-")]
    [InlineData("t-{x.@event}", "Odd x", "new Odd()", "t-odd")]
    [InlineData("{{{x}}}", "string x", "\"a\"", "{a}")]
    [InlineData("{{x}}", "string x", "\"a\"", "{x}")]
    [InlineData("a\\\\b\\\"c\\n\\t{x}", "string x", "\"a\"", "a\\b\"c\n\ta")]
    [InlineData("a\\\\b\\\"c", "string x", "\"a\"", "a\\b\"c")]
    [InlineData("日本-{x}", "string x", "\"é\"", "日本-é")]
    public Task A_template_is_the_text_of_its_parameters(
        string template, string parameters, string arguments, string id) => Compiler.Generate($$"""
        public readonly record struct Point(int X, int Y);

        public class Odd { public string @event = "odd"; public int Event => 1; }

        public class Person { public string Inherited => "inherited"; }

        public class User(int id) : Person
        {
            public int Id { get; } = id;
            public string? Name { get; set; }
            public User? Boss { get; set; }
            public Point? Home { get; set; }
            internal double Score = 0.5;
        }

        public static partial class Payments
        {
            [RateLimited("{{template}}")]
            public static partial void Pay({{parameters}});

            private static void PayCore({{parameters}}) { }
        }

        public static class Test
        {
            public static void Run() => Assert.Equal(
                {{Microsoft.CodeAnalysis.CSharp.SymbolDisplay.FormatLiteral(id, quote: true)}},
                Assert.Throws<LimiterNotFoundException>(() => Payments.Pay({{arguments}})).Id);
        }
        """).Run();

    [Fact]
    public Task Members_of_a_type_parameter_are_those_of_its_constraints() => Compiler.Generate("""
        public interface IHasId { string Id { get; } }

        public record struct Small(string Id) : IHasId;

        public record Big(string Id) : IHasId;

        public static partial class Payments
        {
            [RateLimited("t-{x.Id}")]
            public static partial Task PayAsync<T>(T x) where T : IHasId;

            private static Task PayCoreAsync<T>(T x) where T : IHasId => Task.CompletedTask;
        }

        public static class Test
        {
            public static async Task Run()
            {
                Assert.Equal("t-a", (await Assert.ThrowsAsync<LimiterNotFoundException>(() => Payments.PayAsync(new Small("a")))).Id);
                Assert.Equal("t-b", (await Assert.ThrowsAsync<LimiterNotFoundException>(() => Payments.PayAsync(new Big("b")))).Id);
                Assert.Equal("t-", (await Assert.ThrowsAsync<LimiterNotFoundException>(() => Payments.PayAsync<Big>(null!))).Id);
            }
        }
        """).Run();

    [Theory]
    [InlineData("\"user-\" + \"{x}\"", "user-5")]
    [InlineData("Prefix + \"{x}\"", "pre-5")]
    [InlineData("$\"{Prefix}{{x}}\"", "pre-5")]
    [InlineData("limiterId: \"{x}\"", "5")]
    [InlineData("@\"\\{x}\"", "\\5")]
    public Task The_id_is_any_constant(string written, string id) => Compiler.Generate($$"""
        public static partial class Payments
        {
            private const string Prefix = "pre-";

            [RateLimited({{written}})]
            public static partial void Pay(int x);

            private static void PayCore(int x) { }
        }

        public static class Test
        {
            public static void Run() => Assert.Equal(@"{{id}}", Assert.Throws<LimiterNotFoundException>(() => Payments.Pay(5)).Id);
        }
        """).Run();
}
