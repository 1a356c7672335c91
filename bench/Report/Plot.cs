using System.Globalization;
using System.Net;
using System.Text;
using RateSync.Fast.Bench.Rows;

namespace RateSync.Fast.Bench.Report;

/// <summary>A plot of a few lines as SVG, the vertical axis logarithmic. Readable on light and dark pages, and without colour.</summary>
internal static class Plot
{
    private const int Width = 720;
    private const int Height = 360;
    private const int Left = 70;
    private const int Right = 200;
    private const int Top = 40;
    private const int Bottom = 50;

    private static readonly string[] s_colours = ["#0072b2", "#888888", "#d55e00", "#009e73"];
    private static readonly string[] s_dashes = ["", "2 3", "7 3", "9 3 2 3"];

    public static string Draw(string title, string xTitle, string yUnit, IReadOnlyList<Series> series, bool logX, string[]? xLabels = null)
    {
        double[] xs = [.. series.SelectMany(static s => s.Points).Select(static p => p.X).Distinct().Order()];
        double[] ys = [.. series.SelectMany(static s => s.Points).Select(static p => p.Y).Where(static y => y > 0)];
        int lowest = (int)Math.Floor(Math.Log10(ys.Min()));
        int highest = Math.Max(lowest + 1, (int)Math.Ceiling(Math.Log10(ys.Max())));
        double X(double x) => Left + ((Width - Left - Right) * Part(Scale(x, logX), Scale(xs[0], logX), Scale(xs[^1], logX)));
        double Y(double y) => Height - Bottom - ((Height - Top - Bottom) * Part(Math.Log10(Math.Max(y, Math.Pow(10, lowest))), lowest, highest));

        StringBuilder svg = new();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" font-family=\"sans-serif\" font-size=\"12\" role=\"img\" aria-label=\"{WebUtility.HtmlEncode(title)}\">\n");
        svg.Append("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
        Text(svg, Left, 22, "start", title, 14);
        for (int power = lowest; power <= highest; power++)
        {
            double y = Y(Math.Pow(10, power));
            svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{Left}\" y1=\"{y:0.#}\" x2=\"{Width - Right}\" y2=\"{y:0.#}\" stroke=\"#dddddd\"/>\n");
            Text(svg, Left - 6, y + 4, "end", yUnit == "ns" ? Quantity.Time(Math.Pow(10, power)) : $"{Math.Pow(10, power).ToString("0.###", CultureInfo.InvariantCulture)} {yUnit}", 12);
        }

        for (int i = 0; i < xs.Length; i++)
        {
            Text(svg, X(xs[i]), Height - Bottom + 18, "middle", xLabels?[i] ?? xs[i].ToString("N0", CultureInfo.InvariantCulture), 12);
        }

        Text(svg, (Left + Width - Right) / 2.0, Height - 12, "middle", xTitle, 12);
        List<double> taken = [];
        for (int i = 0; i < series.Count; i++)
        {
            string colour = s_colours[i % s_colours.Length];
            string path = string.Join(' ', series[i].Points.Select(p => string.Create(CultureInfo.InvariantCulture, $"{X(p.X):0.#},{Y(p.Y):0.#}")));
            svg.Append(CultureInfo.InvariantCulture, $"<polyline points=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" stroke-dasharray=\"{s_dashes[i % s_dashes.Length]}\"/>\n");
            foreach ((double x, double y) in series[i].Points)
            {
                svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{X(x):0.#}\" cy=\"{Y(y):0.#}\" r=\"3\" fill=\"{colour}\"/>\n");
            }

            (double lastX, double lastY) = series[i].Points[^1];
            double at = Y(lastY) + 4;
            while (taken.Any(t => Math.Abs(t - at) < 14))
            {
                at += 3;
            }

            taken.Add(at);
            Text(svg, X(lastX) + 8, at, "start", series[i].Name, 12, colour);
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static double Scale(double x, bool log) => log ? Math.Log10(x) : x;

    private static double Part(double value, double from, double to) => to == from ? 0 : (value - from) / (to - from);

    private static void Text(StringBuilder svg, double x, double y, string anchor, string text, int size, string colour = "#333333") =>
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x:0.#}\" y=\"{y:0.#}\" text-anchor=\"{anchor}\" font-size=\"{size}\" fill=\"{colour}\">{WebUtility.HtmlEncode(text)}</text>\n");
}
