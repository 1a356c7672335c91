using RateSync.Fast.Configuration.Toml;

namespace RateSync.Fast.Tests.Configuration.Toml;

/// <summary>Any tree in any style reads as itself.</summary>
public class RandomDocuments
{
    [Fact]
    public void Read_as_the_trees_they_were_written_from()
    {
        int sections = 0;
        for (int seed = 0; seed < 8_000; seed++)
        {
            Random random = new(seed);
            TomlTable tree = new RandomTree(random).Next();
            string text = TomlText.Write(tree, random);
            sections += text.Contains("\n[", StringComparison.Ordinal) ? 1 : 0;

            TomlTable read;
            try
            {
                read = Documents.Parse(text);
            }
            catch (TomlException refused)
            {
                throw new InvalidOperationException($"seed {seed}: {refused.Message}\n{text}", refused);
            }

            Assert.True(Trees.Same(tree, read), $"seed {seed}:\n{text}");
        }

        Assert.True(sections > 1_000);
    }

    [Fact]
    public void That_differ_in_one_value_are_told_apart()
    {
        const string text = "a = [1, {b = 2.0}, 'c']\nd = 2006-01-02 03:04:05Z";
        TomlTable read = Documents.Parse(text);

        Assert.True(Trees.Same(read, Documents.Parse(text)));
        Assert.False(Trees.Same(read, Documents.Parse(text.Replace("2.0", "-2.0", StringComparison.Ordinal))));
        Assert.False(Trees.Same(read, Documents.Parse(text.Replace("2.0", "2", StringComparison.Ordinal))));
        Assert.False(Trees.Same(read, Documents.Parse(text.Replace("b =", "c =", StringComparison.Ordinal))));
        Assert.False(Trees.Same(read, Documents.Parse(text.Replace("Z", "+00:01", StringComparison.Ordinal))));
        Assert.False(Trees.Same(read, Documents.Parse(text + "\ne = 1")));
    }
}
