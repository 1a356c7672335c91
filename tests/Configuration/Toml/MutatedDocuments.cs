using System.Text;
using RateSync.Fast.Configuration.Toml;

namespace RateSync.Fast.Tests.Configuration.Toml;

/// <summary>Whatever bytes arrive, they are a tree that can be written and read again, or a TomlException.</summary>
public class MutatedDocuments
{
    private const int Rounds = 20_000;

    [Fact]
    public void Are_read_or_refused_at_a_cost_that_their_length_bounds()
    {
        string vectors = Repository.PathTo("tests", "Configuration", "toml-test");
        byte[][] documents = [.. Directory.GetFiles(vectors, "*.toml", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal).Select(File.ReadAllBytes).Where(static bytes => bytes.Length > 0)];
        Random random = new(1);
        int read = 0;
        int refused = 0;
        for (int round = 0; round < Rounds; round++)
        {
            // Half of the material is a tree written in a random style: it has far more of everything than one vector.
            byte[] document = Mutate(random.Next(2) == 0 ? documents[random.Next(documents.Length)] : Written(random), documents, random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            TomlTable tree;
            try
            {
                tree = TomlParser.Parse(document);
                read++;
            }
            catch (TomlException error)
            {
                refused++;
                AssertCost(before, document);
                Assert.True(error.Line >= 1 && error.Line <= document.Count(static one => one == '\n') + 1, error.Message);
                Assert.True(error.Column >= 1 && error.Column <= document.Length + 1, error.Message);
                Assert.True(error.Message.Length < 400, error.Message);
                continue;
            }

            AssertCost(before, document);
            Assert.True(
                Trees.Same(tree, Documents.Parse(TomlText.Write(tree, random))),
                $"round {round}: {Encoding.UTF8.GetString(document)}");
        }

        Assert.True(read > Rounds / 20 && refused > Rounds / 20, $"{read} read, {refused} refused");
    }

    /// <summary>An exception's stack trace, and a node for every few bytes. What is quadratic exceeds it soon.</summary>
    private static void AssertCost(long before, byte[] document)
    {
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < 200_000 + (150L * document.Length), $"{allocated} bytes for a document of {document.Length}");
    }

    private static byte[] Written(Random random) => Encoding.UTF8.GetBytes(TomlText.Write(new RandomTree(random).Next(), random));

    private static byte[] Mutate(byte[] document, byte[][] others, Random random)
    {
        for (int i = random.Next(4); i >= 0; i--)
        {
            int at = random.Next(document.Length + 1);
            int end = at + random.Next(Math.Min(document.Length - at, 40) + 1);
            document = random.Next(8) switch
            {
                0 => [.. document.Select((one, place) => place == at ? (byte)(one ^ (1 << random.Next(8))) : one)],
                1 => document[..at],
                2 => [.. document[..at], .. document[end..]],
                3 => [.. document[..at], (byte)random.Next(256), .. document[at..]],
                4 => [.. document[..at], (byte)"[]{}\"'=.,#\n\r -_0+:Te\\"[random.Next(21)], .. document[at..]],
                5 => [.. document[..end], .. document[at..end], .. document[end..]],
                6 => [.. document[..at], .. Repeated(document[at..end], random.Next(200)), .. document[end..]],
                _ => Splice(document[..at], others[random.Next(others.Length)], random),
            };
        }

        return document;
    }

    private static IEnumerable<byte> Repeated(byte[] part, int times) => Enumerable.Repeat(part, times).SelectMany(static one => one);

    private static byte[] Splice(byte[] start, byte[] other, Random random) => [.. start, .. other[random.Next(other.Length)..]];
}
