using System.Text;
using RateSync.Fast.Configuration.Toml;

namespace RateSync.Fast.Tests.Configuration.Toml;

/// <summary>What the tests say about documents, in a word.</summary>
internal static class Documents
{
    internal static TomlTable Parse(string text) => TomlParser.Parse(Encoding.UTF8.GetBytes(text));

    internal static TomlException Refused(string text) => Refused(Encoding.UTF8.GetBytes(text));

    internal static TomlException Refused(byte[] utf8) => Assert.Throws<TomlException>(() => TomlParser.Parse(utf8));

    /// <summary>The value of the one key <c>x</c>.</summary>
    internal static T Value<T>(string value)
        where T : TomlNode => Assert.IsType<T>(Parse("x = " + value)["x"]);

    /// <summary>The value at a path of keys without dots in them; numbers are places in arrays.</summary>
    internal static TomlNode At(this TomlTable root, string path)
    {
        TomlNode node = root;
        foreach (string part in path.Split('.'))
        {
            node = node switch
            {
                TomlTable table => table[part] ?? throw new KeyNotFoundException(part),
                TomlArray array => array.Items[int.Parse(part, System.Globalization.CultureInfo.InvariantCulture)],
                _ => throw new KeyNotFoundException(part),
            };
        }

        return node;
    }

    internal static long IntegerAt(this TomlTable root, string path) => Assert.IsType<TomlInteger>(root.At(path)).Value;

    internal static string StringAt(this TomlTable root, string path) => Assert.IsType<TomlString>(root.At(path)).Value;
}
