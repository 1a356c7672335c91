namespace RateSync.Fast.Tests.Unit.Docs;

public class ReadMe
{
    [Fact]
    public void The_read_me_is_there_and_shows_code() =>
        Assert.NotEmpty(Snippet.ReadAll("README.md", File.ReadAllText(Documents.ReadMe)));
}
