using System.Text.Json;
using RateSync.Fast.Configuration.Toml;

namespace RateSync.Fast.Tests.Configuration.Toml;

/// <summary>The suite that parsers of TOML share: see toml-test/README.md.</summary>
public class Conformance
{
    [Fact]
    public void Every_valid_document_is_read_as_the_suite_says()
    {
        string[] documents = VectorsIn("valid");
        Assert.True(documents.Length >= 180, $"only {documents.Length} documents");

        Assert.Empty(documents.Select(static path => (path, Difference: DifferenceOf(path)))
            .Where(static result => result.Difference != null).Select(static result => $"{result.path}: {result.Difference}"));
    }

    [Fact]
    public void Every_invalid_document_is_refused_where_it_is_wrong()
    {
        string[] documents = VectorsIn("invalid");
        Assert.True(documents.Length >= 370, $"only {documents.Length} documents");

        Assert.DoesNotContain(documents, static path => !IsRefused(path));
    }

    [Fact]
    public void A_difference_is_seen()
    {
        const string expected = """
            {"a": {"b": [{"type": "integer", "value": "1"}, {"type": "datetime", "value": "2006-01-02T03:04:05-07:00"}]}}
            """;
        JsonElement json = JsonDocument.Parse(expected).RootElement;

        Assert.Null(TaggedJson.Difference(json, Documents.Parse("a.b = [1, 2006-01-02 03:04:05-07:00]")));
        Assert.NotNull(TaggedJson.Difference(json, Documents.Parse("a.b = [2, 2006-01-02 03:04:05-07:00]")));
        Assert.NotNull(TaggedJson.Difference(json, Documents.Parse("a.b = [1.0, 2006-01-02 03:04:05-07:00]")));
        Assert.NotNull(TaggedJson.Difference(json, Documents.Parse("a.b = [1, 2006-01-02 03:04:05-07:01]")));
        Assert.NotNull(TaggedJson.Difference(json, Documents.Parse("a.b = [1, 2006-01-02 03:04:05]")));
        Assert.NotNull(TaggedJson.Difference(json, Documents.Parse("a.b = [1]")));
        Assert.NotNull(TaggedJson.Difference(json, Documents.Parse("a.b = {}")));
        Assert.NotNull(TaggedJson.Difference(json, Documents.Parse("a.c = 1")));
    }

    private static string[] VectorsIn(string folder) =>
        Directory.GetFiles(Repository.PathTo("tests", "Configuration", "toml-test", folder), "*.toml", SearchOption.AllDirectories);

    private static string? DifferenceOf(string path)
    {
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllBytes(Path.ChangeExtension(path, ".json")));
        try
        {
            return TaggedJson.Difference(expected.RootElement, TomlParser.Parse(File.ReadAllBytes(path)));
        }
        catch (TomlException refused)
        {
            return refused.Message;
        }
    }

    private static bool IsRefused(string path)
    {
        byte[] document = File.ReadAllBytes(path);
        try
        {
            TomlParser.Parse(document);
            return false;
        }
        catch (TomlException refused)
        {
            // Somewhere in the document, at most right behind it.
            return refused.Line >= 1 && refused.Column >= 1 && refused.Line <= document.Count(static one => one == '\n') + 1
                && refused.Column <= document.Length + 1;
        }
    }
}
