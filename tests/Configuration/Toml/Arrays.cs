using RateSync.Fast.Configuration.Toml;

namespace RateSync.Fast.Tests.Configuration.Toml;

/// <summary>Section "Array" of the specification.</summary>
public class Arrays
{
    [Theory]
    [InlineData("[]", 0)]
    [InlineData("[ ]", 0)]
    [InlineData("[\n# nothing\n\n]", 0)]
    [InlineData("[1]", 1)]
    [InlineData("[1,]", 1)]
    [InlineData("[ 1 , 'a' , [] , {} , 2.5, ]", 5)]
    [InlineData("[ # one\n\t1 # two\n\t, # three\r\n\n 2\n, # four\n]", 2)]
    public void Hold_values_of_any_kind_over_lines_with_comments(string text, int count)
    {
        TomlArray array = Documents.Value<TomlArray>(text);

        Assert.Equal(count, array.Items.Count);
        Assert.False(array.IsOfTables);
    }

    [Theory]
    [InlineData("[1", "',' or ']' to end the array of line 1, column 5", "the end of the document")]
    [InlineData("[1,", "']' to end the array of line 1, column 5", "the end of the document")]
    [InlineData("[", "']' to end the array of line 1, column 5", "the end of the document")]
    [InlineData("[1 2]", "',' or ']' to end the array of line 1, column 5", "'2'")]
    [InlineData("[1}", "',' or ']' to end the array of line 1, column 5", "'}'")]
    [InlineData("[] []", "the end of the line", "'['")]
    public void Say_where_they_began(string text, string expected, string found)
    {
        TomlException error = Documents.Refused("x = " + text);

        Assert.Equal((expected, found), (error.Expected, error.Found));
    }

    [Theory]
    [InlineData("[,]", "','")]
    [InlineData("[1,,2]", "','")]
    [InlineData("[1, b]", "'b'")]
    public void Hold_nothing_but_values(string text, string found)
    {
        TomlException error = Documents.Refused("x = " + text);

        Assert.StartsWith("a value (", error.Expected, StringComparison.Ordinal);
        Assert.Equal(found, error.Found);
    }
}
