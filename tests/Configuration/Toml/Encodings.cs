using System.Text;
using RateSync.Fast.Configuration.Toml;

namespace RateSync.Fast.Tests.Configuration.Toml;

/// <summary>Sections "Spec" and "Comment" of the specification: bytes, line ends and control characters.</summary>
public class Encodings
{
    [Theory]
    [InlineData("")]
    [InlineData("\uFEFF")]
    [InlineData("\n\r\n \t\n# é€𝄞\t\n#")]
    public void A_document_may_say_nothing(string text) => Assert.Empty(Documents.Parse(text).Entries);

    [Fact]
    public void A_byte_order_mark_is_skipped_only_at_the_start()
    {
        Assert.Equal(1, Documents.Parse("\uFEFFa = 1").IntegerAt("a"));
        Assert.Equal((2, 1), At(Documents.Refused("\uFEFF\n\uFEFFa = 1")));
        Assert.Equal((1, 1), At(Documents.Refused("\uFEFF\uFEFFa = 1")));
    }

    [Fact]
    public void Lines_end_with_LF_or_CR_LF() => Assert.Equal(2, Documents.Parse("a = 1\r\n# c\r\n\r\n[b]\r\nc = 2").IntegerAt("b.c"));

    [Theory]
    [InlineData("a = 1\rb = 2", 6)]
    [InlineData("\ra = 1", 1)]
    [InlineData("# c\ra = 1", 4)]
    [InlineData("[a]\r", 4)]
    [InlineData("a = 1\r\r\n", 6)]
    [InlineData("a = 'b\rc'", 7)]
    [InlineData("a = \"b\rc\"", 7)]
    [InlineData("a = '''b\rc'''", 9)]
    [InlineData("a = \"\"\"b\rc\"\"\"", 9)]
    [InlineData("a = [\r1]", 6)]
    public void A_carriage_return_alone_is_no_line_end(string text, int column)
    {
        TomlException error = Documents.Refused(text);

        Assert.Equal((1, column), At(error));
        Assert.Equal("a carriage return (U+000D) without a line feed", error.Found);
    }

    [Fact]
    public void Control_characters_other_than_tab_are_refused_everywhere()
    {
        string[] places =
        [
            "# {0}", "a = '{0}'", "a = \"{0}\"", "a = '''{0}'''", "a = \"\"\"{0}\"\"\"", "a ={0}1",
            "'{0}' = 1", "[{0}a]", "{0}", "a = [1{0}]",
        ];
        foreach (char control in Enumerable.Range(0, 0x20).Append(0x7F).Select(static code => (char)code).Except("\t\n\r"))
        {
            foreach (string place in places)
            {
                TomlException error = Documents.Refused(place.Replace("{0}", control.ToString(), StringComparison.Ordinal));

                Assert.Equal($"the control character U+{(int)control:X4}", error.Found);
                Assert.Equal((1, place.IndexOf("{0}", StringComparison.Ordinal) + 1), At(error));
            }
        }
    }

    [Fact]
    public void What_is_not_UTF_8_is_refused_where_it_stands()
    {
        byte[][] broken =
        [
            [0xFF], [0x80], [0xC3], [0xC0, 0x80], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF0, 0x9D, 0x84],
        ];
        string[] places = ["# é{0}\n", "a = 'é{0}'", "a = \"é{0}\"", "a = '''é{0}'''", "a = \"\"\"é{0}\"\"\"", "\"é{0}\" = 1", "# é{0}"];
        foreach (byte[] bytes in broken)
        {
            foreach (string place in places)
            {
                int at = place.IndexOf("{0}", StringComparison.Ordinal);
                byte[] before = Encoding.UTF8.GetBytes(place[..at]);
                TomlException error = Documents.Refused([.. before, .. bytes, .. Encoding.UTF8.GetBytes(place[(at + 3)..])]);

                Assert.Equal(("valid UTF-8", $"the byte 0x{bytes[0]:X2}"), (error.Expected, error.Found));
                Assert.Equal((1, at + 1), At(error));
            }
        }
    }

    [Theory]
    [InlineData("é = 1", "'é' (U+00E9)")]
    [InlineData("a = é", "'é' (U+00E9)")]
    [InlineData("a =\u00A01", "'\u00A0' (U+00A0)")]
    [InlineData("[𝄞]", "'𝄞' (U+1D11E)")]
    [InlineData("a = 1 é", "'é' (U+00E9)")]
    public void Outside_of_strings_and_comments_everything_is_ASCII(string text, string found) =>
        Assert.Equal(found, Documents.Refused(text).Found);

    [Fact]
    public void UTF_16_is_refused_at_its_first_byte()
    {
        Assert.Equal((1, 1), At(Documents.Refused([.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("a = 1")])));
        Assert.Equal((1, 2), At(Documents.Refused(Encoding.Unicode.GetBytes("a = 1"))));
    }

    private static (int Line, int Column) At(TomlException error) => (error.Line, error.Column);
}
