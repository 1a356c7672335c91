using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;

namespace RateSync.Fast.Tests.Generators;

/// <summary>Code, what was written for it, and what the generator has to say about it.</summary>
internal sealed record Compiled(string Code, Compilation Compilation, ImmutableArray<Diagnostic> Mistakes)
{
    /// <summary>The files that were written, by name.</summary>
    public IReadOnlyDictionary<string, string> Files => Compilation.SyntaxTrees.Skip(4)
        .ToDictionary(static tree => Path.GetFileName(tree.FilePath), static tree => tree.ToString().ReplaceLineEndings("\n"));

    /// <summary>Loads it; nothing may be wrong with it, warnings included.</summary>
    public Assembly Load()
    {
        Assert.Empty(Mistakes);
        using MemoryStream image = new();
        Microsoft.CodeAnalysis.Emit.EmitResult result = Compilation.Emit(image);
        Assert.True(result.Success, string.Join("\n", result.Diagnostics) + "\n" + string.Join("\n", Files.Values));
        image.Position = 0;
        return new AssemblyLoadContext(name: null).LoadFromStream(image);
    }

    /// <summary>Runs <c>public static Task Test.Run()</c> or <c>public static void Test.Run()</c>, which asserts by itself.</summary>
    public async Task Run()
    {
        MethodInfo run = Load().GetType("Test", throwOnError: true)!.GetMethod("Run")!;
        object? result = run.Invoke(null, BindingFlags.DoNotWrapExceptions, null, null, null);
        if (result is Task task)
        {
            // A permit that never comes is a failure, and not a suite that never ends.
            await task.WaitAsync(TimeSpan.FromMinutes(2));
        }
    }
}
