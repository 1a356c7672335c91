namespace RateSync.Fast.Tests.Generators.Running;

/// <summary>What is written in the attribute is what happens.</summary>
public class ArgumentsRun
{
    [Fact]
    public Task The_methods_token_cancels_the_waiting() => Compiler.Generate("""
        public partial class Payments
        {
            [RateLimited("cancelled")]
            public partial Task PayAsync(Task until, CancellationToken stop = default);

            private Task PayCoreAsync(Task until, CancellationToken stop) => until;
        }

        public static class Test
        {
            public static async Task Run()
            {
                Limits.Slots("cancelled", 1);
                Payments payments = new();
                TaskCompletionSource gate = new();
                Task first = payments.PayAsync(gate.Task);
                using CancellationTokenSource source = new();
                Task second = payments.PayAsync(Task.CompletedTask, source.Token);
                Assert.Equal(1, Limits.Waiting("cancelled"));
                source.Cancel();
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
                gate.SetResult();
                await first;
                Assert.Equal(0, Limits.Held("cancelled"));
            }
        }
        """).Run();

    [Theory]
    [InlineData("Timeout = 0")]
    [InlineData("Timeout = 0, Permits = 1")]
    [InlineData("Permits = 2, Timeout = 1e-9")]
    public Task A_timeout_ends_the_waiting(string arguments)
    {
        string id = "timeout " + arguments;
        return Compiler.Generate($$"""
            public partial class Payments
            {
                [RateLimited("{{id}}", {{arguments}})]
                public partial ValueTask PayAsync(Func<Task> work);

                private async ValueTask PayCoreAsync(Func<Task> work) => await work();
            }

            public static class Test
            {
                public static async Task Run()
                {
                    Limits.Slots("{{id}}", 3);
                    using Permit taken = await RateLimit.AcquireAsync("{{id}}", new AcquireOptions { Permits = 2 });
                    Payments payments = new();
                    await Assert.ThrowsAsync<RateLimitTimeoutException>(async () =>
                        await payments.PayAsync(async () => await payments.PayAsync(() => Task.CompletedTask)));
                    Assert.Equal(2, Limits.Held("{{id}}"));
                }
            }
            """).Run();
    }

    [Fact]
    public Task A_timeout_of_infinity_waits_for_as_long_as_it_takes() => Compiler.Generate("""
        public partial class Payments
        {
            [RateLimited("for ever", Timeout = double.PositiveInfinity)]
            public partial Task PayAsync();

            private Task PayCoreAsync() => Task.CompletedTask;
        }

        public static class Test
        {
            public static async Task Run()
            {
                Limits.Slots("for ever", 1);
                Permit taken = await RateLimit.AcquireAsync("for ever");
                Task waiting = new Payments().PayAsync();
                Assert.Equal(1, Limits.Waiting("for ever"));
                taken.Dispose();
                await waiting;
            }
        }
        """).Run();

    [Theory]
    [InlineData("async Task", "Task", "Async", "await payments.PayAsync()")]
    [InlineData("void", "void", "", "payments.Pay()")]
    public Task A_call_takes_as_many_permits_as_are_written(string modified, string type, string suffix, string call)
    {
        string id = "permits " + type;
        return Compiler.Generate($$"""
            public partial class Payments
            {
                [RateLimited("{{id}}", Permits = 3)]
                public partial {{type}} Pay{{suffix}}();

                private {{modified}} PayCore{{suffix}}()
                {
                    Assert.Equal(3, Limits.Held("{{id}}"));
                    {{(suffix.Length > 0 ? "await Task.Yield();" : "")}}
                }
            }

            public static class Test
            {
                public static async Task Run()
                {
                    Limits.Slots("{{id}}", 4);
                    Payments payments = new();
                    {{call}};
                    Assert.Equal(0, Limits.Held("{{id}}"));
                    await Task.Yield();
                }
            }
            """).Run();
    }

    [Fact]
    public Task A_limiter_that_does_not_exist_is_an_exception_and_the_work_is_not_done() => Compiler.Generate("""
        public partial class Payments
        {
            public bool Worked { get; private set; }

            [RateLimited("no such limiter")]
            public partial Task PayAsync();

            private Task PayCoreAsync()
            {
                Worked = true;
                return Task.CompletedTask;
            }

            [RateLimited("no such limiter")]
            public partial void Pay();

            private void PayCore() => Worked = true;

            [RateLimited("no such {name}")]
            public partial IAsyncEnumerable<int> ReadAsync(string name);

            private async IAsyncEnumerable<int> ReadCoreAsync(string name)
            {
                Worked = true;
                await Task.Yield();
                yield return 1;
            }
        }

        public static class Test
        {
            public static async Task Run()
            {
                Payments payments = new();
                Assert.Equal("no such limiter", (await Assert.ThrowsAsync<LimiterNotFoundException>(payments.PayAsync)).Id);
                Assert.Equal("no such limiter", Assert.Throws<LimiterNotFoundException>(payments.Pay).Id);
                LimiterNotFoundException unknown = await Assert.ThrowsAsync<LimiterNotFoundException>(
                    async () => await payments.ReadAsync("limit").CountAsync());
                Assert.Equal("no such limit", unknown.Id);
                Assert.False(payments.Worked);
            }
        }
        """).Run();

    [Fact]
    public Task Another_method_can_do_the_work() => Compiler.Generate("""
        public class Base
        {
            protected static Task<string> Work(string id) => Task.FromResult(id + Limits.Held("another"));
        }

        public partial class Payments : Base
        {
            [RateLimited("another", Implementation = nameof(Work))]
            public partial Task<string> PayAsync(string name);
        }

        public static class Test
        {
            public static async Task Run()
            {
                Limits.Slots("another", 1);
                Assert.Equal("held: 1", await new Payments().PayAsync("held: "));
            }
        }
        """).Run();

    [Theory]
    [InlineData("class Payments(LimiterRegistry own)", "private readonly LimiterRegistry _own = own;", "nameof(_own)", "")]
    [InlineData("class Payments(LimiterRegistry? own)", "private readonly LimiterRegistry? _own = own;", "nameof(_own)", "")]
    [InlineData("class Payments(LimiterRegistry registry)", "public LimiterRegistry Limits2 => registry;", "nameof(Limits2)", "")]
    [InlineData("class Payments(LimiterRegistry registry)", "", "nameof(registry)", "")]
    [InlineData("record Payments(LimiterRegistry Registry)", "", "\"Registry\"", "")]
    [InlineData("class Payments(LimiterRegistry @event)", "", "\"event\"", "")]
    [InlineData("class Payments(LimiterRegistry registry) : Base(registry)", "", "nameof(Inherited)", "")]
    [InlineData(
        "class Payments(LimiterRegistry own)", "public static LimiterRegistry Shared { get; } = new(); object _own = own;",
        "nameof(Shared)", "Payments.Shared")]
    public Task A_registry_of_ones_own_is_asked_instead(string head, string members, string name, string shared) => Compiler.Generate($$"""
        public class Base(LimiterRegistry registry)
        {
            protected LimiterRegistry Inherited { get; } = registry;
        }

        public partial {{head}}
        {
            {{members}}

            [RateLimited("own", Registry = {{name}})]
            public partial ValueTask<long> PayAsync(Func<long> work);

            private ValueTask<long> PayCoreAsync(Func<long> work) => new(work());

            [RateLimited("own", Registry = {{name}})]
            public partial long Pay(Func<long> work);

            private long PayCore(Func<long> work) => work();
        }

        public static class Test
        {
            public static async Task Run()
            {
                LimiterRegistry registry = new();
                Payments payments = new(registry);
                {{(shared.Length > 0 ? $"registry = {shared};" : "")}}
                Limits.Slots(registry, "own", 1);
                Assert.Equal(1, await payments.PayAsync(() => Limits.Held(registry, "own")));
                Assert.Equal(1, payments.Pay(() => Limits.Held(registry, "own")));
                Assert.Equal(0, Limits.Held(registry, "own"));
                Assert.Throws<LimiterNotFoundException>(() => Limits.Held("own"));
            }
        }
        """).Run();
}
