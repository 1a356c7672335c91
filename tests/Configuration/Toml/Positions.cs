using RateSync.Fast.Configuration.Toml;

namespace RateSync.Fast.Tests.Configuration.Toml;

/// <summary>Keys, values and errors say where they stand.</summary>
public class Positions
{
    [Fact]
    public void Keys_and_values_know_their_line_and_column()
    {
        TomlTable root = Documents.Parse("# limits\na = 1\n  [ b . \"c\" ]\n\td.e = [ 10,\n 'x' ]\n");

        Assert.True(root.TryGet("a", out TomlEntry? a));
        Assert.Equal(new TomlPosition(2, 1), a.KeyPosition);
        Assert.Equal(new TomlPosition(2, 5), a.Value.Position);
        Assert.Equal(new TomlPosition(3, 5), root.At("b").Position);
        Assert.Equal(new TomlPosition(3, 9), root.At("b.c").Position);
        Assert.Equal(new TomlPosition(4, 2), root.At("b.c.d").Position);
        Assert.True(((TomlTable)root.At("b.c.d")).TryGet("e", out TomlEntry? e));
        Assert.Equal(new TomlPosition(4, 4), e.KeyPosition);
        Assert.Equal(new TomlPosition(4, 8), e.Value.Position);
        Assert.Equal(new TomlPosition(4, 10), root.At("b.c.d.e.0").Position);
        Assert.Equal(new TomlPosition(5, 2), root.At("b.c.d.e.1").Position);
    }

    [Fact]
    public void Columns_count_code_points_and_lines_inside_strings_count()
    {
        TomlTable root = Documents.Parse("\uFEFFa = { b = \"é€𝄞\", c = 1 }\r\nd = '''\r\n€\r\n''' # €\r\ne = [ \"\"\"€\n€\"\"\", 1 ]");

        Assert.Equal(new TomlPosition(1, 22), root.At("a.c").Position);
        Assert.Equal(new TomlPosition(5, 5), root.At("e").Position);
        Assert.Equal(new TomlPosition(6, 7), root.At("e.1").Position);
    }

    [Theory]
    [InlineData("a = 1\nb = \n", 2, 5, "the end of the line")]
    [InlineData("a = 1\na = 2\n", 2, 1, "'a', an integer since line 1, column 1")]
    [InlineData("[a]\n\n  [ a ]", 3, 5, "'a', a table since line 1, column 2")]
    [InlineData("a = 'é' b", 1, 9, "'b'")]
    [InlineData("a = 'é\tb", 1, 9, "the end of the document")]
    [InlineData("é = 1", 1, 1, "'é' (U+00E9)")]
    [InlineData("a = 0x", 1, 5, "'0x'")]
    [InlineData("a = \"\\u12G4\"", 1, 10, "'G'")]
    [InlineData("a = \"\\uD800\"", 1, 6, "the surrogate U+D800")]
    public void Errors_say_where_and_what_they_found(string text, int line, int column, string found)
    {
        TomlException error = Documents.Refused(text);

        Assert.Equal((line, column, found), (error.Line, error.Column, error.Found));
        Assert.Equal($"Line {line}, column {column}: expected {error.Expected}, found {found}.", error.Message);
    }
}
