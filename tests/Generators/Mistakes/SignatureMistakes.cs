namespace RateSync.Fast.Tests.Generators.Mistakes;

public class SignatureMistakes
{
    [Theory]
    [InlineData("ref", "ref")]
    [InlineData("out", "out")]
    [InlineData("in", "in")]
    [InlineData("ref readonly", "ref readonly")]
    public void RSF0005_a_parameter_that_is_passed_by_reference(string modifier, string keyword) => Mistake.Is(
        "RSF0005",
        $"Parameter 'amount' of 'Pay' cannot be handed on: it is passed by reference; remove '{keyword}' and return what changes",
        $$"""
        public partial class Payments
        {
            [RateLimited("payments")]
            public partial void Pay(string id, «{{modifier}} int amount»);

            private void PayCore(string id, int amount) { }
        }
        """);

    [Theory]
    [InlineData("Span<byte>")]
    [InlineData("int*")]
    [InlineData("delegate*<void>")]
    public void RSF0005_a_value_that_cannot_be_kept_while_waiting(string type) => Mistake.Is(
        "RSF0005",
        $"Parameter 'bytes' of 'PayAsync' cannot be handed on: a value of type '{type}' cannot be kept while waiting; "
            + "pass Memory or an array, or make the method synchronous",
        $$"""
        public unsafe partial class Payments
        {
            [RateLimited("payments")]
            public partial Task PayAsync(«{{type}} bytes»);

            private Task PayCoreAsync({{type}} bytes) => Task.CompletedTask;
        }
        """);

    [Fact]
    public void RSF0005_an_instance_that_cannot_be_kept_while_waiting() => Mistake.Is(
        "RSF0005",
        "Parameter 'this' of 'PayAsync' cannot be handed on: "
            + "a value of type 'Payments' cannot be kept while waiting; make the method synchronous",
        """
        public ref partial struct Payments
        {
            [RateLimited("payments")]
            public partial Task «PayAsync»();

            private Task PayCoreAsync() => Task.CompletedTask;
        }
        """);

    [Theory]
    [InlineData(
        "[RateLimited(\"p\")] public partial Task<string?> «PayAsync»(string id, CancellationToken ct);",
        "PayCoreAsync", "PayAsync", "private async Task<string?> PayCoreAsync(string id, CancellationToken ct)")]
    [InlineData(
        "[RateLimited(\"p\")] public static partial int «Pay»(int? x, string? y = null);",
        "PayCore", "Pay", "private static int PayCore(int? x, string? y)")]
    [InlineData("[RateLimited(\"p\", «Implementation = \"Do\"»)] public partial void Pay();", "Do", "Pay", "private void Do()")]
    [InlineData(
        "[RateLimited(\"p\")] public partial T «Pay»<T, U>(T x, List<U> y) where T : class, new() where U : struct;",
        "PayCore", "Pay", "private T PayCore<T, U>(T x, List<U> y) where T : class, new() where U : struct")]
    [InlineData(
        "[RateLimited(\"p\")] public partial void «Pay»(string @class); private int PayCore = 1;",
        "PayCore", "Pay", "private void PayCore(string @class)")]
    [InlineData("[RateLimited(\"p\", «Implementation = \"Pay\"»)] public partial void Pay();", "Pay", "Pay", "private void Pay()")]
    public void RSF0011_nothing_that_does_the_work(string members, string name, string method, string wanted) => Mistake.Is(
        "RSF0011",
        $"There is no method '{name}' that does the work of '{method}': write '{wanted}'",
        $$"""
        public class Base { private void Do() { } }

        public partial class Payments : Base
        {
            {{members}}
        }
        """);

    [Theory]
    [InlineData("private Task<string> PayCoreAsync(string id) => Task.FromResult(id);", "it has 1 parameter instead of 2")]
    [InlineData(
        "private Task<string> PayCoreAsync(int id, CancellationToken ct) => null!;",
        "its parameter 'id' is 'int' instead of 'string'")]
    [InlineData(
        "private Task<string> PayCoreAsync(string? id, CancellationToken ct) => null!;",
        "its parameter 'id' is 'string?' instead of 'string'")]
    [InlineData(
        "private Task<string> PayCoreAsync(ref string id, CancellationToken ct) => null!;",
        "its parameter 'id' is 'ref string' instead of 'string'")]
    [InlineData(
        "private Task<string?> PayCoreAsync(string id, CancellationToken ct) => null!;",
        "it returns 'Task<string?>' instead of 'Task<string>'")]
    [InlineData("private string PayCoreAsync(string id, CancellationToken ct) => id;", "it returns 'string' instead of 'Task<string>'")]
    [InlineData("private Task<string> PayCoreAsync<T>(string id, CancellationToken ct) => null!;", "it has 1 type parameter instead of 0")]
    [InlineData(
        "private Task<string> PayCoreAsync(string id) => null!; private Task<string> PayCoreAsync(string id, int x) => null!;",
        "its parameter 'x' is 'int' instead of 'CancellationToken'")]
    public void RSF0012_work_of_another_signature(string work, string difference) => Mistake.Is(
        "RSF0012",
        $"'PayCoreAsync' cannot do the work of 'PayAsync' because {difference}: "
            + "write 'private async Task<string> PayCoreAsync(string id, CancellationToken ct)'",
        $$"""
        public partial class Payments
        {
            [RateLimited("payments")]
            public partial Task<string> «PayAsync»(string id, CancellationToken ct);

            {{work}}
        }
        """);

    [Fact]
    public void RSF0012_work_of_an_instance_for_a_static_method() => Mistake.Is(
        "RSF0012",
        "'PayCore' cannot do the work of 'Pay' because it is not static as 'Pay' is: write 'private static void PayCore()'",
        """
        public partial class Payments
        {
            [RateLimited("payments")]
            public static partial void «Pay»();

            private void PayCore() { }
        }
        """);

    [Fact]
    public void RSF0012_work_with_other_constraints() => Mistake.Is(
        "RSF0012",
        "'PayCore' cannot do the work of 'Pay' because its type parameters have other constraints: "
            + "write 'private void PayCore<T>(T x) where T : struct'",
        """
        public partial class Payments
        {
            [RateLimited("payments")]
            public partial void «Pay»<T>(T x) where T : struct;

            private void PayCore<U>(U x) { }
        }
        """);

    [Fact]
    public void RSF0013_more_than_one_token() => Mistake.Is(
        "RSF0013",
        "'PayAsync' has 2 CancellationToken parameters, and which of them cancels the waiting is not clear: keep one",
        """
        public partial class Payments
        {
            [RateLimited("payments")]
            public partial Task PayAsync(CancellationToken stop, «CancellationToken abort»);

            private Task PayCoreAsync(CancellationToken stop, CancellationToken abort) => Task.CompletedTask;
        }
        """);

    [Fact]
    public void All_mistakes_of_a_method_are_told_at_once() => Assert.Equal(
        ["RSF0005", "RSF0006", "RSF0009", "RSF0011", "RSF0013", "RSF0015"],
        Compiler.Generate(
            """
            public partial class Payments
            {
                [RateLimited("{x}", Timeout = -1, Permits = 0)]
                public partial Task PayAsync(ref int y, CancellationToken a, CancellationToken b);
            }
            """).Mistakes.Select(static mistake => mistake.Id).Order(StringComparer.Ordinal));

    [Fact]
    public void Nothing_is_written_for_a_method_with_a_mistake_and_the_others_are_written() => Assert.Single(
        Compiler.Generate(
            """
            public partial class Payments
            {
                [RateLimited("")]
                public partial void Pay();

                private void PayCore() { }

                [RateLimited("refunds")]
                public partial void Refund();

                private void RefundCore() { }
            }
            """).Files);
}
