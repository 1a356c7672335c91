using System.Text;

namespace RateSync.Fast.Tool.Output;

/// <summary>Draws what happened over time: a bar for each stretch, granted first, then granted after a wait, then refused.</summary>
internal static class TimelineChart
{
    private const int MaxBar = 50;
    private const int MinBar = 10;

    public static void Draw(Screen screen, IReadOnlyList<TimelineRow> rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

        bool hasWaits = rows.Any(static row => row.Waited > 0);
        (char granted, char waited, char refused) = screen.IsUnicode ? ('█', '▓', '░') : ('#', '+', '.');
        int labels = rows.Max(static row => row.Label.Length);
        int bar = Math.Clamp(screen.Width - labels - 45, MinBar, MaxBar);
        long most = Math.Max(1, rows.Max(static row => row.Total));
        screen.Line(screen.Dim($"{granted} granted{(hasWaits ? $"  {waited} granted after a wait" : "")}  {refused} refused"));
        foreach (TimelineRow row in rows)
        {
            int all = Length(row.Total, most, bar);
            int notRefused = Math.Min(all, Length(row.Granted + row.Waited, most, bar));
            notRefused = row.Refused > 0 && notRefused == all && all > 1 ? all - 1 : notRefused;
            int atOnce = Math.Min(notRefused, Length(row.Granted, most, bar));
            StringBuilder line = new(row.Label.PadLeft(labels) + "  ");
            line.Append(screen.Good(new string(granted, atOnce)));
            line.Append(screen.Doubtful(new string(waited, notRefused - atOnce)));
            line.Append(screen.Bad(new string(refused, all - notRefused)));
            line.Append(all > 0 ? " " : "").Append(Figures(row));
            screen.Line(line.ToString().TrimEnd());
        }
    }

    /// <summary>What is there at all is seen.</summary>
    private static int Length(long count, long most, int bar) => count == 0 ? 0 : Math.Max(1, (int)Math.Round((double)count * bar / most));

    private static string Figures(TimelineRow row)
    {
        List<string> figures = [];
        Add(row.Granted, "granted");
        Add(row.Waited, "waited");
        Add(row.Refused, "refused");
        return string.Join(", ", figures);

        void Add(long count, string what)
        {
            if (count > 0)
            {
                figures.Add(Words.Text($"{count:N0} {what}"));
            }
        }
    }
}
