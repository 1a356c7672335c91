namespace RateSync.Fast.Tests.Tool;

/// <summary>The tool as a package, installed from a folder, without a network.</summary>
public sealed class PackageTests : IDisposable
{
    private readonly Workshop _workshop = new();

    public void Dispose() => _workshop.Dispose();

    [Fact]
    public async Task The_package_can_be_installed_and_run()
    {
        Dictionary<string, string?> variables = new()
        {
            ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
            ["DOTNET_NOLOGO"] = "1",
            ["NUGET_PACKAGES"] = _workshop.PathOf("cache"),
        };
        string configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        string settings = _workshop.Write(
            "nuget.config",
            $"<configuration><packageSources><clear /><add key=\"here\" value=\"{_workshop.PathOf("feed")}\" /></packageSources></configuration>");

        Answer packed = await Tool.StartAsync(
            "dotnet", Tool.Repository, new() { ["DOTNET_NOLOGO"] = "1" },
            "pack", "src/RateSync.Fast.Tool", "-c", configuration, "--no-build", "-o", _workshop.PathOf("feed"), "-p:PackageVersion=9.8.7-test");
        Assert.True(packed.Code == 0, packed.Out + packed.Error);

        Answer installed = await Tool.StartAsync(
            "dotnet", _workshop.Folder, variables,
            "tool", "install", "RateSync.Fast.Tool", "--version", "9.8.7-test", "--tool-path", _workshop.PathOf("bin"), "--configfile", settings);
        Assert.True(installed.Code == 0, installed.Out + installed.Error);

        _workshop.Write("rate-sync.toml", "[limiters.api]\nrate_per_second = 10\n");
        string program = _workshop.PathOf(Path.Combine("bin", OperatingSystem.IsWindows() ? "ratesync.exe" : "ratesync"));
        Answer answer = await Tool.StartAsync(program, _workshop.Folder, variables, "check");
        Assert.Equal("rate-sync.toml: 0 stores, 1 limiter, no problems", answer.Lines[^1]);
        Assert.Equal(0, answer.Code);
    }
}
