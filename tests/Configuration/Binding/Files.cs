using RateSync.Fast.Configuration;

namespace RateSync.Fast.Tests.Configuration.Binding;

public sealed class Files : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rate-sync").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Are_read_and_named_in_problems()
    {
        string path = Write("[limiters.api]\r\nmax_concurrent = 5\r\n"u8.ToArray());
        Assert.Equal(5, RateSyncConfiguration.ParseFile(path).Limiters["api"].MaxConcurrent);
        Assert.Empty(RateSyncConfiguration.ParseFile(Write([])).Limiters);
        Write("[limiters.api]\nmax = 5\nmax_concurrent = 1"u8.ToArray());
        Assert.StartsWith(path + "(2,1): limiters.api.max: unknown key.", Fails(path).Message);
    }

    [Fact]
    public void That_are_missing_or_are_directories_are_said_to_be()
    {
        string missing = Path.Combine(_folder, "none.toml");
        ConfigurationException exception = Fails(missing);
        Assert.Equal(missing + ": The file does not exist.", exception.Message);
        Assert.IsType<FileNotFoundException>(exception.InnerException);
        Assert.Equal(_folder + ": The file is a directory.", Fails(_folder).Message);
        Assert.Equal(Path.Combine(missing, "x") + ": The file does not exist.", Fails(Path.Combine(missing, "x")).Message);
    }

    [Fact]
    public void That_are_too_long_are_not_parsed()
    {
        byte[] bytes = new byte[ConfigFile.MaxBytes];
        Array.Fill(bytes, (byte)'#');
        Assert.Empty(RateSyncConfiguration.ParseFile(Write(bytes)).Limiters);
        string path = Write([.. bytes, (byte)'!']);
        Assert.Equal(path + ": The file is too long: expected at most 1048576 bytes.", Fails(path).Message);
        Assert.Equal(
            "The configuration is too long: expected at most 1048576 bytes.",
            Assert.Throws<ConfigurationException>(() => RateSyncConfiguration.Parse(new string('#', ConfigFile.MaxBytes + 1))).Message);
    }

    [Theory]
    [InlineData("[limiters.api", "(1,14): expected ']' or '.', found the end of the document.")]
    [InlineData("[limiters.api]\nburst = \n", "(2,9): expected a value (")]
    public void That_are_not_TOML_are_reported_with_the_place(string toml, string problem)
    {
        string path = Write(System.Text.Encoding.UTF8.GetBytes(toml));
        Assert.StartsWith(path + problem, Fails(path).Message);
    }

    [Fact]
    public void Of_any_bytes_end_in_a_configuration_or_in_problems()
    {
        Random random = new(20261121);
        byte[] good = "[stores.a]\nengine = \"redis\"\nurl = \"${U:-x}\"\n[limiters.b]\nstore = \"a\"\nrate_per_second = 1.5\nweights = { a = 1 }\n"u8.ToArray();
        int read = 0;
        for (int i = 0; i < 3000; i++)
        {
            byte[] bytes = (byte[])good.Clone();
            for (int j = random.Next(4); j >= 0; j--)
            {
                bytes[random.Next(bytes.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : good[random.Next(good.Length)];
            }

            try
            {
                ConfigFile.Parse(bytes, new ConfigSource(), static _ => null);
                read++;
            }
            catch (ConfigurationException e)
            {
                Assert.NotEmpty(e.Problems);
                Assert.All(e.Problems, static problem => Assert.True(problem.Line > 0));
            }
        }

        Assert.InRange(read, 10, 2900);
    }

    [Fact]
    public void Without_a_name_or_a_text_are_misuse()
    {
        Assert.Throws<ArgumentNullException>(static () => RateSyncConfiguration.Parse(null!));
        Assert.Throws<ArgumentNullException>(static () => RateSyncConfiguration.ParseFile(null!));
        Assert.Throws<ArgumentException>(static () => RateSyncConfiguration.ParseFile(""));
        Assert.Throws<ArgumentNullException>(static () => RateSyncConfiguration.FromValues(null!));
    }

    private static ConfigurationException Fails(string path) =>
        Assert.Throws<ConfigurationException>(() => RateSyncConfiguration.ParseFile(path));

    private string Write(byte[] bytes)
    {
        string path = Path.Combine(_folder, "rate-sync.toml");
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
