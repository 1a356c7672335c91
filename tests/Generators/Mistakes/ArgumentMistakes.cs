namespace RateSync.Fast.Tests.Generators.Mistakes;

public class ArgumentMistakes
{
    [Theory]
    [InlineData("\"tenant-{tenantld}\"", "tenantld", "tenantld", "parameter of 'PayAsync'", "did you mean 'tenantId'?")]
    [InlineData("\"tenant-{Tenantid}\"", "Tenantid", "Tenantid", "parameter of 'PayAsync'", "did you mean 'tenantId'?")]
    [InlineData("\"tenant-{customer}\"", "customer", "customer", "parameter of 'PayAsync'", "there is 'tenantId', 'user'")]
    [InlineData("\"user-{user.Idd}\"", "user.Idd", "Idd", "field or property of 'User'", "did you mean 'Id'?")]
    [InlineData("\"user-{user.Name.Size}\"", "user.Name.Size", "Size", "field or property of 'string'", "there is 'Length'")]
    [InlineData("\"user-{user.Secret}\"", "user.Secret", "Secret", "field or property of 'User'", "there is 'Id', 'Name'")]
    [InlineData("\"user-{user.Tag}\"", "user.Tag", "Tag", "field or property of 'User'", "there is 'Id', 'Name'")]
    public void RSF0006_a_name_that_is_not_there(string id, string hole, string name, string kind, string advice) => Mistake.Is(
        "RSF0006",
        $"'{{{hole}}}' in the limiter's id: '{name}' is no {kind}; {advice}",
        Payments($"«{id}»"));

    [Fact]
    public void RSF0006_a_method_without_parameters() => Mistake.Is(
        "RSF0006",
        "'{id}' in the limiter's id: 'id' is no parameter of 'Pay'; it has no parameters; double the braces to mean them, '{{'",
        """
        public partial class Payments
        {
            [RateLimited(«"pay-{id}"»)]
            public partial void Pay();

            private void PayCore() { }
        }
        """);

    [Theory]
    [InlineData("pay-{tenantId", 5, "this brace is never closed; double it to mean it, '{{'")]
    [InlineData("pay-tenantId}", 13, "this brace closes nothing; double it to mean it, '}}'")]
    [InlineData("{}", 1, "there is no name in these braces; write a parameter's, or double them to mean them, '{{}}'")]
    [InlineData("{{}", 3, "this brace closes nothing; double it to mean it, '}}'")]
    [InlineData("a{tenantId:N0}", 2, "'tenantId:N0' is no parameter or member of one; only names and dots can stand in braces")]
    [InlineData("{user.}", 1, "'user.' is no parameter or member of one; only names and dots can stand in braces")]
    [InlineData("{user.ToString()}", 1, "'user.ToString()' is no parameter or member of one; only names and dots can stand in braces")]
    [InlineData("{a{tenantId}}", 1, "'a{tenantId' is no parameter or member of one; only names and dots can stand in braces")]
    public void RSF0007_braces_that_make_no_sense(string id, int character, string defect) => Mistake.Is(
        "RSF0007",
        $"The limiter's id '{id}' is malformed at character {character}: {defect}",
        Payments($"«\"{id}\"»"));

    [Theory]
    [InlineData("\"\"")]
    [InlineData("\"  \"")]
    [InlineData("null!")]
    [InlineData("Nothing")]
    public void RSF0008_an_empty_id(string id) => Mistake.Is(
        "RSF0008",
        "The limiter's id of 'PayAsync' is empty: write the id of a limiter, as in [RateLimited(\"payments\")]",
        Payments($"«{id}»"));

    [Theory]
    [InlineData("-1", "-1")]
    [InlineData("-0.5", "-0.5")]
    [InlineData("double.NegativeInfinity", "-Infinity")]
    [InlineData("1e12", "1000000000000")]
    public void RSF0009_a_timeout_that_cannot_be_waited_for(string timeout, string seconds) => Mistake.Is(
        "RSF0009",
        $"A timeout of {seconds} s cannot be waited for: write 0 or more seconds, double.PositiveInfinity to wait for ever, "
            + "or no timeout for the limiter's own",
        Payments($"\"payments\", «Timeout = {timeout}»"));

    [Theory]
    [InlineData("void")]
    [InlineData("int")]
    public void RSF0010_a_synchronous_method_with_a_timeout(string type) => Mistake.Is(
        "RSF0010",
        "'Pay' is synchronous and never waits, so it cannot have a timeout: remove the timeout, or return Task or ValueTask",
        $$"""
        public partial class Payments
        {
            [RateLimited("payments", «Timeout = 5»)]
            public partial {{type}} Pay();

            private {{type}} PayCore() => throw new NotSupportedException();
        }
        """);

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    public void RSF0015_permits_that_cannot_be_taken(int permits) => Mistake.Is(
        "RSF0015",
        $"'PayAsync' cannot take {permits} permits for a call: write 1 or more",
        Payments($"\"payments\", «Permits = {permits}»"));

    [Theory]
    [InlineData("values", "int[]")]
    [InlineData("token", "CancellationToken")]
    [InlineData("work", "Action")]
    [InlineData("list", "List<int>")]
    [InlineData("holder", "Holder")]
    public void RSF0017_a_value_without_a_text(string parameter, string type) => Mistake.Is(
        "RSF0017",
        $"'{{{parameter}}}' in the limiter's id is of type '{type}', which has no text of its own: "
            + "all its values would have the same limiter; name a member that tells them apart, or give the type a ToString of its own",
        $$"""
        public class Holder { public int Id { get; set; } }

        public partial class Payments
        {
            [RateLimited(«"pay-{{{parameter}}}"»)]
            public partial void Pay({{type}} {{parameter}});

            private void PayCore({{type}} {{parameter}}) { }
        }
        """);

    private static string Payments(string arguments) => $$"""
        public class User
        {
            public int Id { get; set; }
            public string Name { get; set; } = "";
            public static int Tag { get; set; }
            private int Secret { get; set; }
        }

        public partial class Payments
        {
            private const string Nothing = "";

            [RateLimited({{arguments}})]
            public partial Task PayAsync(string tenantId, User user);

            private Task PayCoreAsync(string tenantId, User user) => Task.CompletedTask;
        }
        """;
}
