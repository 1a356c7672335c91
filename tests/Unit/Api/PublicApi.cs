namespace RateSync.Fast.Tests.Unit.Api;

public class PublicApi
{
    [Fact]
    public void The_public_surface_is_what_PublicApi_txt_says()
    {
        string file = Repository.PathTo("tests", "Unit", "PublicApi.txt");
        string[] now = [.. ApiPrinter.Print(typeof(Limiter).Assembly.GetExportedTypes())];
        if (Environment.GetEnvironmentVariable("UPDATE_PUBLIC_API") == "1")
        {
            File.WriteAllLines(file, now);
        }

        string[] agreed = File.ReadAllLines(file);
        string difference = Difference(agreed, now);
        Assert.True(
            difference.Length == 0,
            $"The public surface has changed. If that is meant, run the tests once with UPDATE_PUBLIC_API=1.{Environment.NewLine}{difference}");
    }

    [Fact]
    public void A_changed_surface_is_told_by_its_lines()
    {
        string[] before = [.. ApiPrinter.Print([typeof(Permit)])];
        string[] after = [.. before.Where(static line => !line.Contains("Settle", StringComparison.Ordinal))];
        Assert.Equal(before.Length - 1, after.Length);
        Assert.StartsWith("- ", Difference(before, after), StringComparison.Ordinal);
        Assert.StartsWith("+ ", Difference(after, before), StringComparison.Ordinal);
        Assert.Contains("Settle(Int32 actualPermits)", Difference(before, after), StringComparison.Ordinal);
    }

    /// <summary>Lines gone and lines come, each with the type that it belongs to.</summary>
    private static string Difference(string[] before, string[] after)
    {
        string[] old = Qualified(before);
        string[] current = Qualified(after);
        return string.Join(
            Environment.NewLine,
            old.Except(current).Select(static line => "- " + line).Concat(current.Except(old).Select(static line => "+ " + line)));
    }

    private static string[] Qualified(string[] lines)
    {
        string type = "";
        return [.. lines.Select(line => line.StartsWith(' ') ? $"{type} {line.Trim()}" : type = line)];
    }
}
