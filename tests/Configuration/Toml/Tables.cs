using RateSync.Fast.Configuration.Toml;

namespace RateSync.Fast.Tests.Configuration.Toml;

/// <summary>Sections "Keys", "Table", "Inline Table" and "Array of Tables" of the specification.</summary>
public class Tables
{
    private const string NotDefinedYet = "the name of a table that is not defined yet";
    private const string HeadersMayAdd = "the name of a table that headers may add to";
    private const string DottedMayAdd = "a key of a table that dotted keys may add to";
    private const string NotThereYet = "a key that the table does not have yet";
    private const string ArrayOrNew = "the name of an array of tables, or a new name";

    [Fact]
    public void Keys_are_bare_or_quoted_and_may_be_empty()
    {
        TomlTable root = Documents.Parse("a-_1 = 1\n1234 = 2\n\"a b\" = 3\n'é\"' = 4\n\"\" = 5\n\"\\u0041\" = 6\ntrue = 7");

        Assert.Equal(["a-_1", "1234", "a b", "é\"", "", "A", "true"], root.Entries.Select(static entry => entry.Key));
        Assert.Equal(5, Assert.IsType<TomlInteger>(root[""]).Value);
    }

    [Fact]
    public void Dotted_keys_and_headers_make_tables()
    {
        TomlTable root = Documents.Parse("a . \"b.c\" . d = 1\na.'b.c'.e = 2\n3.14 = 3\n[ x . y ]\nz.z = 4\n[x]\nw = 5\n[x.y.q]");

        TomlTable dotted = Assert.IsType<TomlTable>(((TomlTable)root["a"]!)["b.c"]);
        Assert.Equal(["d", "e"], dotted.Entries.Select(static entry => entry.Key));
        Assert.Equal(3, root.IntegerAt("3.14"));
        Assert.Equal(4, root.IntegerAt("x.y.z.z"));
        Assert.Equal(5, root.IntegerAt("x.w"));
        Assert.Empty(Assert.IsType<TomlTable>(root.At("x.y.q")).Entries);
        Assert.Equal(["a", "3", "x"], root.Entries.Select(static entry => entry.Key));
    }

    [Fact]
    public void Headers_may_add_tables_below_dotted_ones()
    {
        TomlTable root = Documents.Parse(
            "[fruit]\napple.color = 1\napple.taste.sweet = 2\n[fruit.apple.texture]\nsmooth = 3\n[[fruit.apple.seeds]]\nsize = 4");

        Assert.Equal(3, root.IntegerAt("fruit.apple.texture.smooth"));
        Assert.Equal(4, root.IntegerAt("fruit.apple.seeds.0.size"));
    }

    [Fact]
    public void Double_headers_append_and_single_ones_below_mean_the_last()
    {
        TomlTable root = Documents.Parse(
            "[[a]]\nb = 1\n[a.c]\nd = 2\n[[a.e]]\nf = 3\n[[a.e]]\nf = 4\n[[a]]\n[a.c]\nd = 5\n[[ a . e ]]\nf = 6");

        Assert.Equal(2, Assert.IsType<TomlArray>(root["a"]).Items.Count);
        Assert.Equal(2, root.IntegerAt("a.0.c.d"));
        Assert.Equal(4, root.IntegerAt("a.0.e.1.f"));
        Assert.Equal(5, root.IntegerAt("a.1.c.d"));
        Assert.Equal(6, root.IntegerAt("a.1.e.0.f"));
    }

    [Fact]
    public void Inline_tables_are_tables()
    {
        TomlTable root = Documents.Parse("a = { b . c = 1, b.d = '''\n''', \"e\" = [\n{ } , # one\n{f=2}\n] }\ng = {}");

        Assert.Equal(1, root.IntegerAt("a.b.c"));
        Assert.Equal("", root.StringAt("a.b.d"));
        Assert.Equal(2, root.IntegerAt("a.e.1.f"));
        Assert.Equal(TomlTableOrigin.Inline, Assert.IsType<TomlTable>(root["g"]).Origin);
    }

    [Theory]
    [InlineData("a = 1\na = 2", NotThereYet)]
    [InlineData("a = 1\n\"a\" = 2", NotThereYet)]
    [InlineData("a.b = 1\na = 2", NotThereYet)]
    [InlineData("[a.b]\n[a]\nb = 1", NotThereYet)]
    [InlineData("[[a.b]]\n[a]\nb = 1", NotThereYet)]
    [InlineData("a = { b = 1, b = 2 }", NotThereYet)]
    [InlineData("a = { b.c = 1, b = 2 }", NotThereYet)]
    [InlineData("a = 1\na.b = 2", DottedMayAdd)]
    [InlineData("a = {}\na.b = 2", DottedMayAdd)]
    [InlineData("a = []\na.b = 2", DottedMayAdd)]
    [InlineData("[a.b]\n[a]\nb.c = 1", DottedMayAdd)]
    [InlineData("[a.b.c]\n[a]\nb.c.d = 1", DottedMayAdd)]
    [InlineData("[a.b.c]\n[a]\nb.d = 1", DottedMayAdd)]
    [InlineData("[[a.b]]\n[a]\nb.c = 1", DottedMayAdd)]
    [InlineData("a = { b = { c = 1 }, b.d = 2 }", DottedMayAdd)]
    [InlineData("a = { b = 1, b.c = 2 }", DottedMayAdd)]
    [InlineData("[a]\n[a]", NotDefinedYet)]
    [InlineData("[a]\n['a']", NotDefinedYet)]
    [InlineData("[a.b]\n[a]\n[a]", NotDefinedYet)]
    [InlineData("a.b = 1\n[a]", NotDefinedYet)]
    [InlineData("a.b.c = 1\n[a.b]", NotDefinedYet)]
    [InlineData("[a]\nb.c = 1\n[a.b]", NotDefinedYet)]
    [InlineData("a = {}\n[a]", NotDefinedYet)]
    [InlineData("a = 1\n[a]", NotDefinedYet)]
    [InlineData("[[a]]\n[a]", NotDefinedYet)]
    [InlineData("a = { b.c = 1 }\n[a.b.d]", HeadersMayAdd)]
    [InlineData("a = {}\n[a.b]", HeadersMayAdd)]
    [InlineData("a = 1\n[a.b]", HeadersMayAdd)]
    [InlineData("a = [{}]\n[a.b]", HeadersMayAdd)]
    [InlineData("a = [{}]\n[[a.b]]", HeadersMayAdd)]
    [InlineData("a = []\n[[a]]", ArrayOrNew)]
    [InlineData("a = [{}]\n[[a]]", ArrayOrNew)]
    [InlineData("[a]\n[[a]]", ArrayOrNew)]
    [InlineData("[a.b]\n[[a]]", ArrayOrNew)]
    [InlineData("a.b = 1\n[[a]]", ArrayOrNew)]
    [InlineData("a = 1\n[[a]]", ArrayOrNew)]
    public void Nothing_is_defined_twice(string text, string expected)
    {
        TomlException error = Documents.Refused(text);

        Assert.Equal(expected, error.Expected);
        Assert.Contains(" since line ", error.Found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]", "the name of a table", "']'")]
    [InlineData("[a.]", "the name of a table", "']'")]
    [InlineData("[.a]", "the name of a table", "'.'")]
    [InlineData("[a", "']' or '.'", "the end of the document")]
    [InlineData("[a b]", "']' or '.'", "'b'")]
    [InlineData("[a\n]", "']' or '.'", "the end of the line")]
    [InlineData("[[a]", "']]'", "the end of the document")]
    [InlineData("[[a] ]", "']]'", "a space")]
    [InlineData("[ [a]]", "the name of a table", "'['")]
    [InlineData("[a]]", "the end of the line", "']'")]
    [InlineData("[a] b = 1", "the end of the line", "'b'")]
    [InlineData("[\"\"\"a\"\"\"]", "a key on one line", "a multi-line string (\"\"\")")]
    [InlineData("'''a''' = 1", "a key on one line", "a multi-line string (''')")]
    [InlineData("a", "'=' or '.' after the key", "the end of the document")]
    [InlineData("a b = 1", "'=' or '.' after the key", "'b'")]
    [InlineData("a: 1", "'=' or '.' after the key", "':'")]
    [InlineData("a. = 1", "the next part of the key", "'='")]
    [InlineData("a..b = 1", "the next part of the key", "'.'")]
    [InlineData("= 1", "a key, a [table] header, a comment or the end of the line", "'='")]
    [InlineData("a = 1 b = 2", "the end of the line", "'b'")]
    [InlineData("a = { b = 1", "',' or '}' to end the inline table of line 1, column 5", "the end of the document")]
    [InlineData("a = { b = 1\n}", "',' or '}' to end the inline table of line 1, column 5", "the end of the line")]
    [InlineData("a = {\nb = 1 }", "a key or '}'", "the end of the line")]
    [InlineData("a = { , }", "a key or '}'", "','")]
    [InlineData("a = { b = 1, }", "a key after ',' (an inline table is one line and has no comma at its end)", "'}'")]
    [InlineData("a = { b = 1 c = 2 }", "',' or '}' to end the inline table of line 1, column 5", "'c'")]
    [InlineData("a = { b }", "'=' or '.' after the key", "'}'")]
    public void What_is_malformed_says_what_was_expected(string text, string expected, string found)
    {
        TomlException error = Documents.Refused(text);

        Assert.Equal((expected, found), (error.Expected, error.Found));
    }

    [Fact]
    public void The_message_names_the_table_and_where_it_came_from()
    {
        TomlException error = Documents.Refused("[a]\nb.c = 1\n[a.b]");

        Assert.Equal(
            "Line 3, column 4: expected the name of a table that is not defined yet, found 'b', a table since line 2, column 1.",
            error.Message);
    }
}
