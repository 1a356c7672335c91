using Spectre.Console;
using Spectre.Console.Rendering;

namespace RateSync.Fast.Tool.Output;

/// <summary>
/// Where commands write: results to one place, errors and progress to another. Colour only where somebody sees it and wants it.
/// </summary>
internal sealed class Screen
{
    /// <summary>Nothing is broken into lines where a program reads it.</summary>
    private const int NoLimit = 4000;

    public required TextWriter Out { get; init; }

    public required TextWriter Error { get; init; }

    public bool HasColour { get; init; }

    /// <summary>Whether a line that is wiped again may be shown among the errors.</summary>
    public bool ShowsProgress { get; init; }

    /// <summary>Whether block characters arrive as such.</summary>
    public bool IsUnicode { get; init; } = true;

    public int Width { get; init; } = NoLimit;

    /// <summary>The value of an environment variable; null if it is not set.</summary>
    public Func<string, string?> Environment { get; init; } = System.Environment.GetEnvironmentVariable;

    public static Screen OfProcess()
    {
        bool isDumb = string.Equals(System.Environment.GetEnvironmentVariable("TERM"), "dumb", StringComparison.Ordinal);
        return new Screen
        {
            Out = Console.Out,
            Error = Console.Error,
            HasColour = !Console.IsOutputRedirected && !isDumb
                && string.IsNullOrEmpty(System.Environment.GetEnvironmentVariable("NO_COLOR")),
            ShowsProgress = !Console.IsErrorRedirected && !isDumb,
            IsUnicode = Console.OutputEncoding.WebName.StartsWith("utf", StringComparison.OrdinalIgnoreCase),
            Width = Console.IsOutputRedirected ? NoLimit : Math.Max(40, Console.WindowWidth),
        };
    }

    public string Bold(string text) => Paint("1", text);

    public string Dim(string text) => Paint("2", text);

    public string Good(string text) => Paint("32", text);

    public string Doubtful(string text) => Paint("33", text);

    public string Bad(string text) => Paint("31", text);

    public void Line(string text = "") => Out.WriteLine(text);

    public void ErrorLine(string text) => Error.WriteLine(text);

    public void Complain(string message) => Error.WriteLine("ratesync: " + message);

    /// <summary>Shows a table or a chart, without blanks at the ends of lines.</summary>
    public void Show(IRenderable what)
    {
        using StringWriter text = new();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = HasColour ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = HasColour ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(text),
        });
        console.Profile.Width = Width;
        console.Profile.Capabilities.Unicode = IsUnicode;
        console.Write(what);
        foreach (string line in text.ToString().TrimEnd().Split('\n'))
        {
            Out.WriteLine(line.TrimEnd());
        }
    }

    private string Paint(string code, string text) => HasColour ? $"\u001b[{code}m{text}\u001b[0m" : text;
}
