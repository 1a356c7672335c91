using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using RateSync.Fast.Generators;

namespace RateSync.Fast.Tests.Generators.Writing;

/// <summary>An edit writes again what depends on it, and nothing else.</summary>
public class Incremental
{
    private const string Code = """
        public partial class Payments
        {
            [RateLimited("pay-{x}")]
            public partial Task<int> PayAsync(int x);

            private Task<int> PayCoreAsync(int x) => Task.FromResult(x);

            [RateLimited("refunds")]
            public partial void Refund();

            private void RefundCore() { }
        }
        """;

    [Theory]
    [InlineData("public class Other { }", Code)]
    [InlineData("", "// A line above moves all that is below.\n" + Code)]
    public void An_unrelated_edit_writes_nothing_again(string more, string code)
    {
        GeneratorRunResult result = Edit(Code, more, code);
        Assert.All(Reasons(result, RateLimitedGenerator.Step), static reason => Assert.Equal(IncrementalStepRunReason.Unchanged, reason));
        Assert.Equal(2, Outputs(result).Count(static reason => reason == IncrementalStepRunReason.Cached));
        Assert.DoesNotContain(Outputs(result), static reason => reason != IncrementalStepRunReason.Cached);
    }

    [Fact]
    public void An_edit_of_the_work_writes_nothing_again()
    {
        GeneratorRunResult result = Edit(Code, "", Code.Replace("Task.FromResult(x)", "Task.FromResult(x + 1)", StringComparison.Ordinal));
        Assert.All(Outputs(result), static reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }

    [Fact]
    public void An_edit_of_one_method_writes_that_again()
    {
        GeneratorRunResult result = Edit(Code, "", Code.Replace("pay-{x}", "pay:{x}", StringComparison.Ordinal));
        Assert.Equal(
            [IncrementalStepRunReason.Modified, IncrementalStepRunReason.Cached],
            Outputs(result).Order());
    }

    [Fact]
    public void A_mistake_that_is_mended_is_no_longer_reported_and_the_method_is_written()
    {
        string wrong = Code.Replace("pay-{x}", "pay-{y}", StringComparison.Ordinal);
        Assert.Single(Edit(Code, "", wrong).Diagnostics);
        Assert.Empty(Edit(wrong, "", Code).Diagnostics);
        Assert.Equal(2, Edit(wrong, "", Code).GeneratedSources.Length);
    }

    [Theory]
    [InlineData("pay-{x}")]
    [InlineData("pay-{y}")]
    public void Nothing_that_is_kept_between_edits_holds_a_compilation(string id) => Assert.All(
        Edit(Code, "", Code.Replace("pay-{x}", id, StringComparison.Ordinal))
            .TrackedSteps[RateLimitedGenerator.Step].SelectMany(static step => step.Outputs),
        static output => Assert.DoesNotContain(
            Held(output.Value, []), static held => held is ISymbol or Compilation or SyntaxNode or SyntaxTree or SemanticModel));

    private static GeneratorRunResult Edit(string before, string more, string after)
    {
        CSharpCompilation first = Compiler.Compile(before);
        GeneratorDriver driver = CSharpGeneratorDriver.Create(
            [new RateLimitedGenerator().AsSourceGenerator()],
            driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));
        SyntaxTree[] trees = [.. first.SyntaxTrees];
        CSharpCompilation second = first
            .ReplaceSyntaxTree(trees[^1], Compiler.Parse(after, "Code.cs"))
            .ReplaceSyntaxTree(trees[^2], Compiler.Parse(more, "More.cs"));
        return Assert.Single(driver.RunGenerators(first).RunGenerators(second).GetRunResult().Results);
    }

    private static IEnumerable<IncrementalStepRunReason> Reasons(GeneratorRunResult result, string step) =>
        result.TrackedSteps[step].SelectMany(static run => run.Outputs).Select(static output => output.Reason);

    private static IEnumerable<IncrementalStepRunReason> Outputs(GeneratorRunResult result) =>
        result.TrackedOutputSteps
            .SelectMany(static step => step.Value)
            .SelectMany(static run => run.Outputs)
            .Select(static output => output.Reason);

    /// <summary>All objects that fields lead to.</summary>
    private static IEnumerable<object> Held(object? value, HashSet<object> seen)
    {
        if (value is null or string or DiagnosticDescriptor || value.GetType().IsPrimitive || !seen.Add(value))
        {
            return [];
        }

        IEnumerable<object?> next = value is Array array
            ? array.Cast<object?>()
            : value.GetType()
                .GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
                .Select(field => field.GetValue(value));
        return next.SelectMany(held => Held(held, seen)).Prepend(value);
    }
}
