namespace RateSync.Fast.Tests.Generators.Running;

/// <summary>What was written is run: for each kind of method a permit is held for as long as the work lasts, and no longer.</summary>
public class ShapesRun
{
    [Theory]
    [InlineData("Task", "", "")]
    [InlineData("ValueTask", "", "")]
    [InlineData("Task<int>", "7", "Assert.Equal(7, result);")]
    [InlineData("ValueTask<int>", "7", "Assert.Equal(7, result);")]
    public Task A_task_holds_its_permit_until_it_has_completed(string type, string value, string check)
    {
        string id = "shape " + type;
        return Compiler.Generate($$"""
            public partial class Payments
            {
                public TaskCompletionSource Gate { get; } = new();

                [RateLimited("{{id}}")]
                public partial {{type}} PayAsync(string id, int amount);

                private async {{type}} PayCoreAsync(string id, int amount)
                {
                    Assert.Equal("a", id);
                    Assert.Equal(5, amount);
                    Assert.Equal(1, Limits.Held("{{id}}"));
                    await Gate.Task;
                    {{(value.Length > 0 ? $"return {value};" : "")}}
                }
            }

            public static class Test
            {
                public static async Task Run()
                {
                    Limits.Slots("{{id}}", 1);
                    Payments payments = new();
                    {{type}} first = payments.PayAsync("a", 5);
                    Assert.False(first.IsCompleted);
                    Assert.Equal(1, Limits.Held("{{id}}"));
                    {{type}} second = payments.PayAsync("a", 5);
                    Assert.Equal(1, Limits.Waiting("{{id}}"));
                    payments.Gate.SetResult();
                    {{(value.Length > 0 ? "int result = " : "")}}await first;
                    {{check}}
                    await second;
                    Assert.Equal(0, Limits.Held("{{id}}"));
                }
            }
            """).Run();
    }

    [Theory]
    [InlineData("await payments.PayAsync()", "Task", "Async")]
    [InlineData("await payments.PayAsync()", "ValueTask", "Async")]
    [InlineData("await payments.PayAsync()", "Task<int>", "Async")]
    [InlineData("await payments.PayAsync()", "ValueTask<int>", "Async")]
    [InlineData("payments.Pay()", "void", "")]
    [InlineData("payments.Pay()", "int", "")]
    public Task Work_that_fails_gives_its_permit_back_and_its_exception_is_the_callers(string call, string type, string suffix)
    {
        string id = "failing " + type;
        return Compiler.Generate($$"""
            public partial class Payments
            {
                [RateLimited("{{id}}")]
                public partial {{type}} Pay{{suffix}}();

                private {{type}} PayCore{{suffix}}()
                {
                    Assert.Equal(1, Limits.Held("{{id}}"));
                    throw new FormatException("mine");
                }
            }

            public static class Test
            {
                public static async Task Run()
                {
                    Limits.Slots("{{id}}", 1);
                    Payments payments = new();
                    for (int i = 0; i < 3; i++)
                    {
                        try
                        {
                            {{call}};
                            Assert.Fail("It does not throw.");
                        }
                        catch (FormatException e)
                        {
                            Assert.Equal("mine", e.Message);
                        }

                        Assert.Equal(0, Limits.Held("{{id}}"));
                    }

                    await Task.Yield();
                }
            }
            """).Run();
    }

    [Fact]
    public Task A_synchronous_method_that_is_refused_throws_the_decision_and_does_not_work() => Compiler.Generate("""
        public partial class Payments
        {
            public int Worked { get; private set; }

            [RateLimited("synchronous")]
            public partial int Pay(Func<int> work);

            private int PayCore(Func<int> work)
            {
                Worked++;
                return work();
            }
        }

        public static class Test
        {
            public static void Run()
            {
                Limits.Slots("synchronous", 1);
                Payments payments = new();
                Assert.Equal(3, payments.Pay(() =>
                {
                    RateLimitRejectedException refused = Assert.Throws<RateLimitRejectedException>(() => payments.Pay(() => 4));
                    Assert.False(refused.Decision.Allowed);
                    Assert.NotEqual(RefusalReason.None, refused.Decision.Reason);
                    Assert.Equal(1, refused.Decision.Limit);
                    return 3;
                }));
                Assert.Equal(1, payments.Worked);
                Assert.Equal(0, Limits.Held("synchronous"));
            }
        }
        """).Run();

    [Fact]
    public Task A_sequence_holds_its_permit_from_the_start_of_the_enumeration_to_its_end() => Compiler.Generate("""
        public partial class Ledger
        {
            [RateLimited("sequence")]
            public partial IAsyncEnumerable<int> ReadAsync(int count);

            private async IAsyncEnumerable<int> ReadCoreAsync(int count)
            {
                for (int item = 0; item < count; item++)
                {
                    await Task.Yield();
                    Assert.Equal(1, Limits.Held("sequence"));
                    yield return item == 3 ? throw new FormatException() : item;
                }
            }
        }

        public static class Test
        {
            public static async Task Run()
            {
                Limits.Slots("sequence", 1);
                Ledger ledger = new();
                IAsyncEnumerable<int> items = ledger.ReadAsync(3);
                Assert.Equal(0, Limits.Held("sequence"));
                Assert.Equal("0 1 2", string.Join(' ', await items.ToArrayAsync()));
                Assert.Equal(0, Limits.Held("sequence"));
                await foreach (int item in items)
                {
                    Assert.Equal(1, Limits.Held("sequence"));
                    break;
                }

                Assert.Equal(0, Limits.Held("sequence"));
                await Assert.ThrowsAsync<FormatException>(async () => await ledger.ReadAsync(9).CountAsync());
                Assert.Equal(0, Limits.Held("sequence"));
            }
        }
        """).Run();

    [Theory]
    [InlineData("[EnumeratorCancellation] CancellationToken stop")]
    [InlineData("CancellationToken stop")]
    [InlineData("CancellationToken stop = default")]
    public Task The_token_of_an_enumeration_reaches_the_wait_and_the_work(string parameter)
    {
        string id = "enumeration " + parameter;
        return Compiler.Generate($$"""
            public partial class Ledger
            {
                [RateLimited("{{id}}")]
                public partial IAsyncEnumerable<int> ReadAsync({{parameter}});

                private async IAsyncEnumerable<int> ReadCoreAsync([EnumeratorCancellation] CancellationToken stop)
                {
                    yield return 1;
                    await Task.Delay(Timeout.Infinite, stop);
                }
            }

            public static class Test
            {
                public static async Task Run()
                {
                    Limits.Slots("{{id}}", 1);
                    Ledger ledger = new();
                    using CancellationTokenSource source = new();
                    await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
                    {
                        await foreach (int item in ledger.ReadAsync(CancellationToken.None).WithCancellation(source.Token))
                        {
                            IAsyncEnumerator<int> second = ledger.ReadAsync(CancellationToken.None).GetAsyncEnumerator(source.Token);
                            ValueTask<bool> waits = second.MoveNextAsync();
                            Assert.Equal(1, Limits.Waiting("{{id}}"));
                            source.Cancel();
                            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await waits);
                            Assert.Equal(0, Limits.Waiting("{{id}}"));
                        }
                    });
                    Assert.Equal(0, Limits.Held("{{id}}"));
                }
            }
            """).Run();
    }
}
