namespace RateSync.Fast.Bench.Output;

/// <summary>Colour where somebody looks at a terminal and wants it; plain text everywhere else.</summary>
internal static class Terminal
{
    private static readonly bool s_colour = !Console.IsOutputRedirected
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") != "dumb";

    private static readonly bool s_progress = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "dumb");

    private static int s_shown;

    public static string Bold(string text) => Paint("1", text);

    public static string Dim(string text) => Paint("2", text);

    public static string Good(string text) => Paint("32", text);

    public static string Bad(string text) => Paint("31;1", text);

    public static string Doubtful(string text) => Paint("33", text);

    /// <summary>Says what is going on, on a terminal only, in a line that is wiped when the next thing is printed.</summary>
    public static void Progress(string text)
    {
        if (s_progress)
        {
            Wipe();
            Console.Error.Write(text);
            s_shown = text.Length;
        }
    }

    public static void WriteLine(string text = "")
    {
        Wipe();
        Console.WriteLine(text);
    }

    /// <summary>What went wrong, where it does not mix with results.</summary>
    public static void Error(string text)
    {
        Wipe();
        Console.Error.WriteLine(text);
    }

    private static void Wipe()
    {
        if (s_shown > 0)
        {
            Console.Error.Write("\r" + new string(' ', s_shown) + "\r");
            s_shown = 0;
        }
    }

    private static string Paint(string code, string text) => s_colour && text.Length > 0 ? $"\u001b[{code}m{text}\u001b[0m" : text;
}
