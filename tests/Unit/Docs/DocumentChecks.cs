namespace RateSync.Fast.Tests.Unit.Docs;

public class DocumentChecks
{
    [Fact]
    public void All_code_of_all_documents_compiles_runs_and_prints_what_is_said()
    {
        string[] wrong = [.. Documents.All
            .SelectMany(static file => Snippet.ReadAll(Path.GetRelativePath(Repository.Root, file), File.ReadAllText(file)))
            .Select(static snippet => snippet.Check())
            .OfType<string>()];
        Assert.True(wrong.Length == 0, string.Join("\n\n", wrong));
    }

    [Fact]
    public void Every_configuration_file_of_the_documents_can_be_loaded()
    {
        List<string> wrong = [];
        foreach (string file in Documents.All)
        {
            foreach ((int line, string text) in Snippet.ReadConfigurations(File.ReadAllText(file)))
            {
                try
                {
                    _ = RateSyncConfiguration.Parse(text, environment: static _ => null);
                }
                catch (ConfigurationException e)
                {
                    wrong.Add($"{Path.GetRelativePath(Repository.Root, file)}:{line}: {e.Message}");
                }
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void There_are_documents() => Assert.NotEmpty(Documents.All);

    [Fact]
    public void Every_relative_link_of_the_documents_leads_somewhere() => Assert.Empty(Documents.All.SelectMany(static file =>
        Documents.BrokenLinks(Path.GetDirectoryName(file)!, File.ReadAllText(file)).Select(link => $"{file}: {link}")));
}
