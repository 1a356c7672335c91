using Microsoft.CodeAnalysis;

namespace RateSync.Fast.Tests.Generators.Mistakes;

/// <summary>Checks what is reported for wrong code. The place of the mistake is marked in the code: <c>«here»</c>.</summary>
internal static class Mistake
{
    /// <summary>Exactly this mistake is reported, at the marked place, in these words.</summary>
    public static void Is(string id, string message, string markedCode)
    {
        (string code, string place) = Unmark(markedCode);
        Diagnostic found = Assert.Single(Compiler.Generate(code).Mistakes);
        Assert.Equal(id, found.Id);
        Assert.Equal(message, found.GetMessage(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(DiagnosticSeverity.Error, found.Severity);
        Assert.Equal($"docs/generator/{id}.md", found.Descriptor.HelpLinkUri);
        FileLinePositionSpan lines = found.Location.GetLineSpan();
        Assert.Equal("Code.cs", lines.Path);
        Assert.Equal(place, code.Substring(found.Location.SourceSpan.Start, found.Location.SourceSpan.Length));
        Assert.Equal(markedCode.IndexOf('«', StringComparison.Ordinal), found.Location.SourceSpan.Start);
        Assert.Equal(code[..found.Location.SourceSpan.Start].Count(static letter => letter == '\n'), lines.StartLinePosition.Line);
    }

    private static (string Code, string Place) Unmark(string code)
    {
        int from = code.IndexOf('«', StringComparison.Ordinal);
        int to = code.IndexOf('»', StringComparison.Ordinal);
        Assert.True(from >= 0 && to > from, "The place of the mistake is not marked.");
        return (code.Remove(to, 1).Remove(from, 1), code[(from + 1)..to]);
    }
}
