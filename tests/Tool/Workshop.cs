using RateSync.Fast.Tool;
using RateSync.Fast.Tool.Output;

namespace RateSync.Fast.Tests.Tool;

/// <summary>A folder of its own with files in it, and the tool.</summary>
public sealed class Workshop : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("ratesync-tests-").FullName;

    public Dictionary<string, string> Variables { get; } = new(StringComparer.Ordinal);

    public string Write(string name, string text)
    {
        string path = PathOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public string PathOf(string name) => Path.Combine(Folder, name);

    public string Read(string name) => File.ReadAllText(PathOf(name));

    /// <summary>Runs the tool in this process. The folder's path is left out of what it says.</summary>
    public async Task<Answer> RunAsync(params string[] arguments)
    {
        using StringWriter output = new() { NewLine = "\n" };
        using StringWriter error = new() { NewLine = "\n" };
        Screen screen = new() { Out = output, Error = error, Environment = name => Variables.GetValueOrDefault(name) };
        int code = await CommandLine.RunAsync(arguments, screen, CancellationToken.None);
        return new Answer(code, WithoutFolder(output.ToString()), WithoutFolder(error.ToString()));
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    public string WithoutFolder(string text) => text.Replace(Folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal);
}
