using RateSync.Fast.Configuration.Toml;

namespace RateSync.Fast.Tests.Configuration.Toml;

/// <summary>Section "String" of the specification.</summary>
public class Strings
{
    [Theory]
    [InlineData("\"\"", "")]
    [InlineData("\"a 'b' # c\"", "a 'b' # c")]
    [InlineData("\"\\b\\t\\n\\f\\r\\\"\\\\\"", "\b\t\n\f\r\"\\")]
    [InlineData("\"\\u00e9\\U0001D11E\\u0000x\"", "é𝄞\0x")]
    [InlineData("\"é€𝄞\\n€\"", "é€𝄞\n€")]
    [InlineData("\"a\tb\"", "a\tb")]
    [InlineData("''", "")]
    [InlineData("'C:\\new \"x\" \\u0041'", "C:\\new \"x\" \\u0041")]
    public void On_one_line(string text, string value) => Assert.Equal(value, Documents.Value<TomlString>(text).Value);

    [Theory]
    [InlineData("\"\"\"\"\"\"", "")]
    [InlineData("\"\"\"\na\nb\n\"\"\"", "a\nb\n")]
    [InlineData("\"\"\"\r\na\r\n\"\"\"", "a\n")]
    [InlineData("\"\"\"\n\na\"\"\"", "\na")]
    [InlineData("\"\"\"a \\\n   b \\  \r\n \n\t c\"\"\"", "a b c")]
    [InlineData("\"\"\"\\\n  \"\"\"", "")]
    [InlineData("\"\"\"a\"\"b\"c\"\"\"", "a\"\"b\"c")]
    [InlineData("\"\"\"a\"\"\"\"", "a\"")]
    [InlineData("\"\"\"a\"\"\"\"\"", "a\"\"")]
    [InlineData("\"\"\"\"\"\"\"\"", "\"\"")]
    [InlineData("\"\"\"a\\\"\"\"\"", "a\"")]
    [InlineData("'''\na\\\nb\n'''", "a\\\nb\n")]
    [InlineData("''''a'''''", "'a''")]
    [InlineData("'''\r\n\r\n'''", "\n")]
    public void On_many_lines(string text, string value) => Assert.Equal(value, Documents.Value<TomlString>(text).Value);

    [Theory]
    [InlineData("\"a", "'\"' to end the string of line 1, column 5")]
    [InlineData("\"a\n\"", "'\"' to end the string of line 1, column 5")]
    [InlineData("'a\r\n'", "\"'\" to end the string of line 1, column 5")]
    [InlineData("\"\"\"a\n\"\"", "\"\"\" to end the string of line 1, column 5")]
    [InlineData("'''a\n''", "''' to end the string of line 1, column 5")]
    [InlineData("'''a''''''", "the end of the line")]
    [InlineData("\"a\" \"b\"", "the end of the line")]
    public void That_do_not_end_say_where_they_began(string text, string expected) =>
        Assert.Equal(expected, Documents.Refused("x = " + text).Expected);

    [Theory]
    [InlineData("\\e", "'e'")]
    [InlineData("\\x41", "'x'")]
    [InlineData("\\'", "'''")]
    [InlineData("\\ ", "a space")]
    [InlineData("\\é", "'é' (U+00E9)")]
    [InlineData("\\u123", "'\"'")]
    [InlineData("\\U0001D11", "'\"'")]
    [InlineData("\\uD83D\\uDE00", "the surrogate U+D83D")]
    [InlineData("\\uDFFF", "the surrogate U+DFFF")]
    [InlineData("\\U00110000", "the number U+110000")]
    [InlineData("\\UFFFFFFFF", "the number U+FFFFFFFF")]
    public void Know_no_other_escapes(string escape, string found)
    {
        Assert.Equal(found, Documents.Refused($"x = \"{escape}\"").Found);
        Assert.Equal(found, Documents.Refused($"x = \"\"\"{escape}\"\"\"").Found);
        Assert.Equal(found, Documents.Refused($"\"{escape}\" = 1").Found);
    }

    [Fact]
    public void A_backslash_and_blanks_end_no_line_but_at_its_end() =>
        Assert.Equal((1, 10), (Documents.Refused("x = \"\"\"a\\ b\n\"\"\"").Line, Documents.Refused("x = \"\"\"a\\ b\n\"\"\"").Column));
}
