using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text;

namespace RateSync.Fast.Tests.Interleaving.Explorer;

/// <summary>What each step of one execution did, a line each, for reading.</summary>
internal sealed class Trace
{
    [ThreadStatic]
    private static Trace? t_recording;

    private readonly StringBuilder _text = new();

    /// <summary>The trace that the scenario under construction will be recorded in, if any.</summary>
    public static Trace? Recording
    {
        get => t_recording;
        set => t_recording = value;
    }

    /// <summary>Names of locations, by address.</summary>
    public Dictionary<nuint, string> Names { get; } = [];

    public override string ToString() => _text.ToString();

    public void Add(int depth, in Step step)
    {
        Append($"\n{depth + 1,4} T{step.Thread} {step.Kind,-15}");
        if (step.Location >= 0)
        {
            Append($" {NameOf(step.Address, step.Location)}");
        }

        if (step.Kind is not (OpKind.Commit or OpKind.Start))
        {
            Append($" [{Caller()}]");
        }
    }

    public void Committed(in StoreBuffer.Entry entry) => Append($" := {ValueOf(entry)}, stored in step {entry.Step}");

    public void Buffered(in StoreBuffer.Entry entry) => Append($" buffers {ValueOf(entry)}");

    public void Loaded<T>(T value, bool forwarded) => Append($" = {Show(value)}{(forwarded ? ", out of the store buffer" : string.Empty)}");

    public void Written<T>(T seen, T value) => Append($" {Show(seen)} -> {Show(value)}");

    public void Exchanged<T>(T seen, T value, bool happened, T comparand) =>
        Append(happened ? $" {Show(seen)} -> {Show(value)}" : (FormattableString)$" is {Show(seen)}, not {Show(comparand)}");

    public void Chose(int choice, int alternatives) => Append($" {choice} of {alternatives}");

    private static string ValueOf(in StoreBuffer.Entry entry) => entry.IsReference ? Show(entry.Reference) : Show(entry.Value);

    private static string Show<T>(T value) => value switch
    {
        null => "null",
        long number when Math.Abs(number) > 0xFFFF => $"0x{number:X}",
        long number => number.ToString(CultureInfo.InvariantCulture),
        _ => value.GetType().Name,
    };

    /// <summary>The innermost method outside the explorer, and who called it.</summary>
    private static string Caller()
    {
        List<string> names = [];
        foreach (StackFrame frame in new StackTrace().GetFrames())
        {
            if (frame.GetMethod() is { } method && method.DeclaringType?.Namespace != typeof(Trace).Namespace)
            {
                names.Add(Simple(method));
                if (names.Count == 2)
                {
                    break;
                }
            }
        }

        names.Reverse();
        return string.Join(" > ", names);
    }

    private static string Simple(MethodBase method) => $"{method.DeclaringType?.Name.Split('`')[0]}.{method.Name}";

    private string NameOf(nuint address, int location) =>
        Names.TryGetValue(address, out string? name) ? name
        : address == Scheduler.GhostAddress ? "ghost"
        : string.Create(CultureInfo.InvariantCulture, $"#{location}");

    private void Append(FormattableString text) => _text.Append(text.ToString(CultureInfo.InvariantCulture));
}
