namespace RateSync.Fast.Tests.Generators.Mistakes;

public class DeclarationMistakes
{
    [Fact]
    public void RSF0001_a_method_that_is_not_partial() => Mistake.Is(
        "RSF0001",
        "'PayAsync' has [RateLimited] but is not a partial method, so nothing limits it: "
            + "write 'partial' before its return type, end the declaration with ';', and move its body into 'PayCoreAsync'",
        """
        public partial class Payments
        {
            [RateLimited("payments")]
            public Task «PayAsync»() => Task.CompletedTask;
        }
        """);

    [Fact]
    public void RSF0001_a_local_function() => Mistake.Is(
        "RSF0001",
        "'Pay' has [RateLimited] but is not a partial method, so nothing limits it: only a method of a type can be; move the code into one",
        """
        public partial class Payments
        {
            public void Run()
            {
                Pay();

                [RateLimited("payments")]
                void «Pay»()
                {
                }
            }
        }
        """);

    [Fact]
    public void RSF0001_an_accessor() => Mistake.Is(
        "RSF0001",
        "'get_Balance' has [RateLimited] but is not a partial method, so nothing limits it: "
            + "only a method of a type can be; move the code into one",
        """
        public partial class Payments
        {
            public int Balance
            {
                «[RateLimited("payments")]
                get;»
            }
        }
        """);

    [Fact]
    public void RSF0001_a_lambda() => Mistake.Is(
        "RSF0001",
        "'lambda expression' has [RateLimited] but is not a partial method, so nothing limits it: "
            + "only a method of a type can be; move the code into one",
        """
        public partial class Payments
        {
            public Action Pay { get; } = «[RateLimited("payments")] () => { }»;
        }
        """);

    [Fact]
    public void RSF0002_a_type_that_is_not_partial() => Mistake.Is(
        "RSF0002",
        "The body of 'Pay' cannot be added to 'Payments': write 'partial' before 'class'",
        """
        public class «Payments»
        {
            [RateLimited("payments")]
            public partial void Pay();

            private void PayCore() { }
        }
        """);

    [Fact]
    public void RSF0002_a_type_around_it_that_is_not_partial() => Mistake.Is(
        "RSF0002",
        "The body of 'Pay' cannot be added to 'Shop': write 'partial' before 'struct'",
        """
        public struct «Shop»
        {
            public partial class Payments
            {
                [RateLimited("payments")]
                public partial void Pay();

                private void PayCore() { }
            }
        }
        """);

    [Fact]
    public void RSF0002_a_type_of_one_file() => Mistake.Is(
        "RSF0002",
        "The body of 'Pay' cannot be added to 'Payments': no other file can add to a type of one file; remove 'file'",
        """
        file partial class «Payments»
        {
            [RateLimited("payments")]
            public partial void Pay();

            private void PayCore() { }
        }
        """);

    [Fact]
    public void RSF0003_a_method_with_a_body() => Mistake.Is(
        "RSF0003",
        "'Pay' has a body, but [RateLimited] writes it: move yours into 'PayCore', and put the attribute on the declaration without a body",
        """
        public partial class Payments
        {
            [RateLimited("payments")]
            public partial void «Pay»();

            public partial void Pay() { }
        }
        """);

    [Fact]
    public void RSF0003_the_attribute_on_the_part_with_the_body() => Mistake.Is(
        "RSF0003",
        "'Pay' has a body, but [RateLimited] writes it: move yours into 'DoPay', and put the attribute on the declaration without a body",
        """
        public partial class Payments
        {
            public partial int Pay();

            [RateLimited("payments", Implementation = "DoPay")]
            public partial int «Pay»() => 1;
        }
        """);

    [Theory]
    [InlineData("Later", "'Later'", "Task or ValueTask")]
    [InlineData("Job", "'Job'", "Task or ValueTask")]
    [InlineData("System.Collections.IEnumerable", "'IEnumerable'", "a list or an array, or IAsyncEnumerable")]
    [InlineData("IEnumerable<int>", "'IEnumerable<int>'", "a list or an array, or IAsyncEnumerable")]
    [InlineData("IEnumerator<int>", "'IEnumerator<int>'", "a list or an array, or IAsyncEnumerable")]
    [InlineData("IAsyncEnumerator<int>", "'IAsyncEnumerator<int>'", "IAsyncEnumerable")]
    [InlineData("ref int", "a reference", "the value")]
    public void RSF0004_work_that_would_run_after_the_permit_was_given_back(string type, string named, string instead) => Mistake.Is(
        "RSF0004",
        $"'Pay' returns {named}, whose work would run after the permit was given back: return {instead}",
        $$"""
        public partial class Payments
        {
            [RateLimited("payments")]
            public partial «{{type}}» Pay();
        }

        public class Later { public TaskAwaiter GetAwaiter() => default; }

        public class Job : Task { public Job() : base(() => { }) { } }
        """);

    [Fact]
    public void RSF0014_a_declaration_that_is_async_void() => Mistake.Is(
        "RSF0014",
        "'Pay' is async void, so its permit would be given back at its first await: return Task or ValueTask",
        """
        public partial class Payments
        {
            [RateLimited("payments")]
            public async partial void «Pay»();
        }
        """);

    [Fact]
    public void RSF0014_work_that_is_async_void() => Mistake.Is(
        "RSF0014",
        "'PayCore' is async void, so its permit would be given back at its first await: return Task or ValueTask",
        """
        public partial class Payments
        {
            [RateLimited("payments")]
            public partial void «Pay»();

            private async void PayCore() => await Task.Yield();
        }
        """);
}
