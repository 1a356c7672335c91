using Microsoft.CodeAnalysis;

namespace RateSync.Fast.Tests.Generators.Running;

/// <summary>Whatever a method and the types around it look like, what is written continues them.</summary>
public class DeclarationsRun
{
    [Theory]
    [InlineData("public partial class Payments", "Payments")]
    [InlineData("internal sealed partial class Payments", "Payments")]
    [InlineData("public partial record Payments", "Payments")]
    [InlineData("public partial record class Payments(int X = 1)", "Payments")]
    [InlineData("public partial struct Payments", "Payments")]
    [InlineData("public readonly partial struct Payments", "Payments")]
    [InlineData("public readonly partial record struct Payments(int X)", "Payments")]
    [InlineData("public unsafe partial class Payments", "Payments")]
    [InlineData("public partial class @class", "@class")]
    [InlineData("public partial class @record", "@record")]
    [InlineData("public partial class Payments<T> where T : class", "Payments<string>")]
    [InlineData("public partial class Payments<@in, U> where @in : class, new()", "Payments<object, int>")]
    public Task Any_kind_of_type(string head, string type)
    {
        string id = "type " + head;
        return Compiler.Generate($$"""
            {{head}}
            {
                [RateLimited("{{id}}")]
                public partial Task<long> PayAsync();

                private Task<long> PayCoreAsync() => Task.FromResult(Limits.Held("{{id}}"));

                [RateLimited("{{id}}")]
                public static partial long Pay();

                private static long PayCore() => Limits.Held("{{id}}");
            }

            public static class Test
            {
                public static async Task Run()
                {
                    Limits.Slots("{{id}}", 1);
                    Assert.Equal(1, await new {{type}}().PayAsync());
                    Assert.Equal(1, {{type}}.Pay());
                    Assert.Equal(0, Limits.Held("{{id}}"));
                }
            }
            """).Run();
    }

    [Theory]
    [InlineData("namespace A.B.C;", "A.B.C.")]
    [InlineData("namespace @namespace.@event;", "@namespace.@event.")]
    [InlineData("", "")]
    public Task Any_namespace_and_any_depth(string declared, string path)
    {
        string id = "depth " + declared;
        return Compiler.Generate($$"""
            {{declared}}

            public partial class Outer<T>
            {
                internal readonly partial record struct Middle<U>
                {
                    private partial interface IInner<V, W>
                    {
                        public static partial class Deepest
                        {
                            [RateLimited("{{id}}")]
                            internal static partial Task<(T?, U?, long Held)> PayAsync(V? v, Func<W>? w);

                            private static Task<(T?, U?, long Held)> PayCoreAsync(V? v, Func<W>? w) =>
                                Task.FromResult<(T?, U?, long)>((default, default, Limits.Held("{{id}}")));
                        }
                    }

                    public static async Task<long> RunAsync() => (await IInner<int, string>.Deepest.PayAsync(1, null)).Held;
                }

                public static Task<long> RunAsync() => Middle<int>.RunAsync();
            }
            """ + (declared.Length > 0 ? "" : Test(path, id)), declared.Length > 0 ? Test(path, id) : "").Run();

        static string Test(string path, string id) => $$"""
            public static class Test
            {
                public static async Task Run()
                {
                    Limits.Slots("{{id}}", 1);
                    Assert.Equal(1, await {{path}}Outer<string>.RunAsync());
                    Assert.Equal(0, Limits.Held("{{id}}"));
                }
            }
            """;
    }

    [Theory]
    [InlineData("public partial T Pay<T>(T x)", "private T PayCore<T>(T x)")]
    [InlineData("public partial T Pay<T>(T x)", "private U PayCore<U>(U x)")]
    [InlineData("public partial T? Pay<T>(T? x) where T : class", "private T? PayCore<T>(T? x) where T : class")]
    [InlineData("public partial T Pay<T>(T x) where T : class?", "private T PayCore<T>(T x) where T : class?")]
    [InlineData("public partial T Pay<T>(T x) where T : notnull", "private T PayCore<T>(T x) where T : notnull")]
    [InlineData("public partial T Pay<T>(T x) where T : IComparable<T>?", "private T PayCore<T>(T x) where T : IComparable<T>?")]
    [InlineData("public partial T Pay<T, U>(T x, U? y = default) where T : U", "private T PayCore<T, U>(T x, U? y) where T : U")]
    [InlineData("public partial T Pay<T>(T x) where T : allows ref struct", "private T PayCore<T>(T x) where T : allows ref struct")]
    public Task Any_constraints(string declared, string work)
    {
        string id = "constraints " + declared;
        string types = declared.Contains("<T, U>", StringComparison.Ordinal) ? "<string, object>" : "";
        return Compiler.Generate($$"""
            public partial class Payments
            {
                [RateLimited("{{id}}")]
                {{declared}};

                {{work}}
                {
                    Assert.Equal(1, Limits.Held("{{id}}"));
                    return x;
                }
            }

            public static class Test
            {
                public static void Run()
                {
                    Limits.Slots("{{id}}", 1);
                    Assert.Equal("a", new Payments().Pay{{types}}("a"));
                    Assert.Equal(0, Limits.Held("{{id}}"));
                }
            }
            """).Run();
    }

    [Theory]
    [InlineData("where T : struct")]
    [InlineData("where T : unmanaged")]
    [InlineData("where T : struct, Enum")]
    [InlineData("where T : IFormattable, new()")]
    public Task Any_constraints_of_values(string constraint)
    {
        string id = "constraints " + constraint;
        return Compiler.Generate($$"""
            public partial class Payments
            {
                [RateLimited("{{id}}")]
                public partial ValueTask<T> PayAsync<T>(T x) {{constraint}};

                private ValueTask<T> PayCoreAsync<T>(T x) {{constraint}} => new(x);
            }

            public static class Test
            {
                public static async Task Run()
                {
                    Limits.Slots("{{id}}", 1);
                    Assert.Equal(DayOfWeek.Friday, await new Payments().PayAsync(DayOfWeek.Friday));
                }
            }
            """).Run();
    }

    [Theory]
    [InlineData("int x = 5, string? y = null, CancellationToken ct = default", "$\"{x},{y},{ct.CanBeCanceled}\"", "()", "5,,False")]
    [InlineData("params int[] rest", "string.Join(' ', rest)", "(1, 2)", "1 2")]
    [InlineData("params ReadOnlySpan<int> rest", "string.Join(' ', rest.ToArray())", "(1, 2)", "1 2")]
    [InlineData("string? @class, int @in = 3", "@class + @in", "(\"a\")", "a3")]
    [InlineData("string? record, dynamic? value", "record + value", "(\"a\", 2)", "a2")]
    [InlineData("scoped ReadOnlySpan<char> text", "text.ToString()", "(\"abc\")", "abc")]
    [InlineData("(int A, string? B) pair, int[]?[] jagged", "$\"{pair.A}{pair.B}{jagged.Length}\"", "((1, \"b\"), [null, [2]])", "1b2")]
    [InlineData("string? decision, string _decision", "decision + _decision", "(\"a\", \"b\")", "ab")]
    [InlineData("int* x, delegate*<int, void> y", "((long)x + (long)y).ToString()", "(null, null)", "0")]
    public Task Any_parameters(string parameters, string work, string arguments, string text)
    {
        string id = "parameters " + parameters;
        return Compiler.Generate($$"""
            public static unsafe partial class Payments
            {
                [RateLimited("{{id}}")]
                public static partial string Pay({{parameters}});

                private static string PayCore({{parameters}}) => {{work}};
            }

            public static unsafe class Test
            {
                public static void Run()
                {
                    Limits.Slots("{{id}}", 1);
                    Assert.Equal("{{text}}", Payments.Pay{{arguments}});
                    Assert.Equal(0, Limits.Held("{{id}}"));
                }
            }
            """).Run();
    }

    [Theory]
    [InlineData("[RateSync.Fast.RateLimitedAttribute(\"spelled\")]")]
    [InlineData("[method: RateLimited(\"spelled\")]")]
    [InlineData("[Obsolete, RateLimited(\"spelled\")]")]
    [InlineData("[Limited(\"spelled\")]")]
    public void The_attribute_may_be_written_in_any_way(string attribute)
    {
        Compiled compiled = Compiler.Generate(
            $$"""
            using Limited = RateSync.Fast.RateLimitedAttribute;

            public static partial class Payments
            {
                {{attribute}}
                public static partial void Pay();

                private static void PayCore() { }
            }

            // The alias is used in any case.
            public class Uses { public Limited? Attribute; }
            """);
        compiled.Load();
        Assert.Single(compiled.Files);
    }

    [Fact]
    public Task Extension_methods_overloads_no_accessibility_and_names_alike_but_for_their_case() => Compiler.Generate("""
        public static partial class Extensions
        {
            [RateLimited("mixed")]
            public static partial Task<string> PayAsync(this string name);

            private static Task<string> PayCoreAsync(this string name) => Task.FromResult(name);

            [RateLimited("mixed")]
            public static partial Task<string> PayAsync(int name);

            private static Task<string> PayCoreAsync(int name) => Task.FromResult("int");

            [RateLimited("mixed")]
            public static partial Task<string> PAYAsync(int name);

            private static Task<string> PAYCoreAsync(int name) => Task.FromResult("INT");

            [RateLimited("mixed")]
            static partial void Void();

            static void VoidCore() => Assert.Equal(1, Limits.Held("mixed"));

            public static void Quiet() => Void();
        }

        public static class Test
        {
            public static async Task Run()
            {
                Limits.Slots("mixed", 1);
                Assert.Equal("a", await "a".PayAsync());
                Assert.Equal("int", await Extensions.PayAsync(1));
                Assert.Equal("INT", await Extensions.PAYAsync(1));
                Extensions.Quiet();
            }
        }
        """).Run();

    [Fact]
    public Task Virtual_overriding_and_hiding_methods() => Compiler.Generate("""
        public abstract class Base
        {
            public abstract int Pay();
            public int Hidden() => 1;
        }

        public partial class Payments : Base
        {
            [RateLimited("virtual")]
            public sealed override partial int Pay();

            private int PayCore() => 2;

            [RateLimited("virtual")]
            public new partial int Hidden();

            private int HiddenCore() => 3;

            [RateLimited("virtual")]
            protected internal virtual partial ValueTask<int> MoreAsync();

            private async ValueTask<int> MoreCoreAsync() => await new ValueTask<int>(4);
        }

        public readonly partial struct Small
        {
            [RateLimited("virtual")]
            public readonly partial int Pay();

            private int PayCore() => 5;
        }

        public partial interface IPay<in T, out U>
        {
            [RateLimited("virtual")]
            public partial int Pay(T x);

            private int PayCore(T x) => 6;
        }

        public class Pays : IPay<object, string>;

        public static class Test
        {
            public static async Task Run()
            {
                Limits.Slots("virtual", 1);
                Assert.Equal(2, ((Base)new Payments()).Pay());
                Assert.Equal(3, new Payments().Hidden());
                Assert.Equal(4, await new Payments().MoreAsync());
                Assert.Equal(5, new Small().Pay());
                Assert.Equal(6, ((IPay<string, object>)new Pays()).Pay(""));
            }
        }
        """).Run();

    [Fact]
    public Task Members_that_have_the_names_of_what_is_called_hide_nothing() => Compiler.Generate("""
        namespace RateSync.Fast.Shop
        {
            public static class RateLimit { }

            public class System { public class TimeSpan { } }

            public partial class Payments
            {
                private int RateSync = 1;
                private int Task = 2;

                [RateLimited("hidden-{PayCoreAsync}", Timeout = 5)]
                public partial global::System.Threading.Tasks.Task<int> PayAsync(string PayCoreAsync);

                private global::System.Threading.Tasks.Task<int> PayCoreAsync(string x) =>
                    global::System.Threading.Tasks.Task.FromResult(RateSync + Task);
            }
        }

        public static class Test
        {
            public static async Task Run()
            {
                Limits.Slots("hidden-a", 1);
                Assert.Equal(3, await new RateSync.Fast.Shop.Payments().PayAsync("a"));
            }
        }
        """).Run();

    [Theory]
    [InlineData(NullableContextOptions.Disable)]
    [InlineData(NullableContextOptions.Annotations)]
    [InlineData(NullableContextOptions.Warnings)]
    [InlineData(NullableContextOptions.Enable)]
    public void Code_compiles_without_a_warning_whatever_it_says_about_null(NullableContextOptions nullable) => Compiler.Generate(
        """
        #pragma warning disable CS8632
        [Obsolete("It is old.")]
        public class Old { public string Name { get; set; } = ""; }

        public partial class Payments<T>
        {
            [Obsolete("It is old.")]
            [RateLimited("a-{old.Name}")]
            public partial Task<List<string>> PayAsync(Old old, string[] names, T value);

            [Obsolete("It is old.")]
            private Task<List<string>> PayCoreAsync(Old old, string[] names, T value) => Task.FromResult(new List<string>(names));
        }
        """, nullable: nullable).Load();
}
