namespace RateSync.Fast.Tests.Generators.Mistakes;

public class RegistryMistakes
{
    private const string None = "'Payments' has no such field, readable property or primary constructor parameter; "
        + "add 'private readonly LimiterRegistry _registry'";

    [Theory]
    [InlineData("none", "", None)]
    [InlineData("Get", "LimiterRegistry Get() => null!;", None)]
    [InlineData("Set", "LimiterRegistry Set { set { } }", None)]
    [InlineData("Hidden", "", None)]
    [InlineData("_name", "string? _name;", "it is 'string?'; name a 'LimiterRegistry'")]
    [InlineData("registry", "", "a parameter of 'Pay' hides it; rename one of them")]
    public void RSF0016_a_registry_that_cannot_be_asked(string name, string member, string defect) => Mistake.Is(
        "RSF0016",
        $"'{name}' cannot be the registry of 'Pay': {defect}",
        $$"""
        public class Base { private LimiterRegistry Hidden = null!; }

        public partial class Payments(LimiterRegistry registry) : Base
        {
            [RateLimited("payments", «Registry = "{{name}}"»)]
            public partial void Pay(int registry);

            private void PayCore(int registry) { }

            {{member}}
        }
        """);

    [Theory]
    [InlineData("_registry")]
    [InlineData("registry")]
    public void RSF0016_a_registry_of_an_instance_for_a_static_method(string name) => Mistake.Is(
        "RSF0016",
        $"'{name}' cannot be the registry of 'Pay': 'Pay' is static and it is not; make both static or neither",
        $$"""
        public partial class Payments(LimiterRegistry registry)
        {
            private LimiterRegistry _registry = registry;

            [RateLimited("payments", «Registry = "{{name}}"»)]
            public static partial void Pay();

            private static void PayCore() { }
        }
        """);
}
