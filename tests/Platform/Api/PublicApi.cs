using RateSync.Fast.DependencyInjection;
using RateSync.Fast.Http;
using RateSync.Fast.RateLimiting;
using RateSync.Fast.Testing;
using RateSync.Fast.Tests.Unit.Api;

namespace RateSync.Fast.Tests.Platform.Api;

public sealed class PublicApi
{
    [Theory]
    [InlineData(typeof(RateSyncRateLimiter))]
    [InlineData(typeof(RateSyncOptions))]
    [InlineData(typeof(RateLimitingHandler))]
    [InlineData(typeof(ManualTimeProvider))]
    public void The_public_surface_is_what_the_file_says(Type type)
    {
        string file = FileBeside(type.Assembly.GetName().Name + ".txt");
        string[] now = [.. ApiPrinter.Print(type.Assembly.GetExportedTypes())];
        if (Environment.GetEnvironmentVariable("UPDATE_PUBLIC_API") == "1")
        {
            File.WriteAllLines(file, now);
        }

        Assert.Equal(File.ReadAllLines(file), now);
    }

    private static string FileBeside(string name)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string file = Path.Combine(folder.FullName, "tests", "Platform", "Api", name);
            if (Directory.Exists(Path.GetDirectoryName(file)))
            {
                return file;
            }
        }

        throw new FileNotFoundException("The tests must run from within the repository.", name);
    }
}
